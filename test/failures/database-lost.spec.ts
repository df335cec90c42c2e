import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../tools/stack/start-stack.ts';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { balance, settled } from '../harness/ledger.ts';
import { startOwnHubStack } from '../harness/own-stack.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';

const PATH = '/hook';

describe('a hub whose PostgreSQL goes away', () => {
  let own: { stack: Stack; end: () => Promise<void> };
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [own, receiver] = await Promise.all([startOwnHubStack(), startReceiver()]);
    hub = await startHub({ stack: own.stack, env: { LOG_LEVEL: 'warn' } });
    await hub.createWebhook({ url: receiver.url(PATH) });
  }, 120_000);

  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
    await own?.end();
  }, 60_000);

  it('goes on delivering, says so, and writes its books when the database is back', async () => {
    const before = sampleEvents(100);
    const during = sampleEvents(300);
    const after = sampleEvents(100);
    await publishAll(hub, before);
    await settled({ hub, receiver, acknowledged: before, paths: [PATH] }, 30_000);

    await own.stack.postgres.kill('SIGKILL');
    await eventually(async () => expect((await hub.call('GET', '/readyz')).status).toBe(503), 20_000);
    await publishAll(hub, during);
    await eventually(() => expect(receiver.receipts().length).toBe(before.length + during.length), 30_000);

    await own.stack.postgres.start();
    await publishAll(hub, after);
    const accounts = { hub, receiver, acknowledged: [...before, ...during, ...after], paths: [PATH] };
    await settled(accounts, 60_000);
    expect(await balance(accounts)).toEqual({
      lost: [],
      phantoms: [],
      duplicates: 0,
      changedBodies: [],
      attemptsWithoutRequest: 0,
      requestsWithoutAttempt: 0,
    });
    await eventually(async () => expect((await hub.call('GET', '/readyz')).status).toBe(200), 60_000);
  }, 240_000);
});
