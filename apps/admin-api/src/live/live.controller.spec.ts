import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiKeyCache, createHttpApp } from '#service';
import { createLog } from '#log';
import { Module } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../../test/harness/eventually.ts';
import { LiveUpdates } from './live-updates.ts';
import { LiveController } from './live.controller.ts';

const log = createLog('test', { level: 'silent' });
const PROJECT = '0197b2a0-6b3c-7d29-84f5-1e2d3c4b5a06';
const CREDENTIAL = {
  keyId: 'k',
  name: 'ci',
  tenantId: 't',
  projectId: PROJECT,
  scopes: ['deliveries:read'],
};

@Module({})
class TestModule {}

let app: Awaited<ReturnType<typeof createHttpApp>>;
let updates: LiveUpdates;
let find: () => Promise<typeof CREDENTIAL | undefined>;

beforeEach(async () => {
  find = async () => CREDENTIAL;
  updates = new LiveUpdates({ fingerprints: async () => new Map() }, log);
  const providers = [
    { provide: LiveUpdates, useValue: updates },
    { provide: ApiKeyCache, useValue: { find: () => find(), onModuleDestroy: () => undefined } },
  ];
  const module = { module: TestModule, controllers: [LiveController], providers };
  app = await createHttpApp({ module, bodyLimitBytes: 1_024 }, log);
  await app.listen(0, '127.0.0.1');
});
afterEach(() => app.close());

const ask = () => {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const headers = { authorization: 'Bearer thk_x' };
  return get({ host: '127.0.0.1', port, path: `/v1/projects/${PROJECT}/live`, headers });
};

describe('the live stream', () => {
  it('leaves nothing behind when its client is gone before the guard has answered', async () => {
    const admission = Promise.withResolvers<typeof CREDENTIAL>();
    let isAsked = false;
    find = () => {
      isAsked = true;
      return admission.promise;
    };
    const closed = new Promise<void>((resolve) => {
      (app.getHttpServer() as NodeJS.EventEmitter).once('connection', (socket: NodeJS.EventEmitter) =>
        socket.once('close', () => resolve()),
      );
    });
    const request = ask();
    request.on('error', () => undefined);
    await eventually(() => expect(isAsked).toBe(true));
    request.destroy();
    await closed;
    let most = 0;
    const { follow } = updates;
    updates.follow = (...args) => {
      const stop = follow.apply(updates, args);
      most = updates.count;
      return stop;
    };
    admission.resolve(CREDENTIAL);
    await eventually(() => expect(most).toBe(1));
    await eventually(() => expect(updates.count).toBe(0), 2_000);
  });

  it('ends once its key no longer lets it in, but not while nobody can tell', async () => {
    const [response] = (await once(ask(), 'response')) as [IncomingMessage];
    response.resume();
    let isOver = false;
    response.once('close', () => {
      isOver = true;
    });
    let asked = 0;
    find = async () => {
      asked += 1;
      throw new Error('the database is away');
    };
    await eventually(() => expect(asked).toBe(1), 5_000);
    expect([isOver, updates.count]).toEqual([false, 1]);
    find = async () => undefined;
    await eventually(() => expect(isOver).toBe(true), 5_000);
    expect(updates.count).toBe(0);
  }, 12_000);
});
