import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { createLog } from '#log';
import { Allow } from '../access/allow.ts';
import { ApiKeyCache } from '../access/api-key.cache.ts';
import { createHttpApp, type ServerSettings } from '../start-http.ts';
import { Costly } from './costly.ts';

const OFF = {
  LIMIT_ADDRESS_REQUESTS: 0,
  LIMIT_SIGN_INS: 0,
  LIMIT_EVENTS: 0,
  LIMIT_REQUESTS: 0,
  LIMIT_COSTLY_REQUESTS: 0,
};

@Controller()
class LimitedController {
  @Get('public')
  @Allow('public')
  open(): string {
    return 'ok';
  }

  @Post('auth/sign-in')
  @Allow('public')
  signIn(): string {
    return 'ok';
  }

  @Post('v1/me/password')
  @Allow('public')
  changePassword(): string {
    return 'ok';
  }

  @Get('read')
  @Allow('webhooks:read')
  read(): string {
    return 'ok';
  }

  @Post('test')
  @Allow('webhooks:write')
  @Costly()
  test(): string {
    return 'ok';
  }

  @Post('events')
  @Allow('events:write')
  publish(@Body() _body: unknown): string {
    return 'ok';
  }
}

/** Key `1a` is of tenant 1, and so on. */
const keys = {
  find: async (key: string) => ({
    keyId: key,
    name: key,
    tenantId: key.slice(0, 1),
    projectId: key,
    scopes: ['*'],
  }),
};

@Module({ controllers: [LimitedController], providers: [{ provide: ApiKeyCache, useValue: keys }] })
class LimitedModule {}

const apps: NestFastifyApplication[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(settings: Partial<ServerSettings>) {
  const { http } = loadConfig(['http'], {});
  const log = createLog('test', { level: 'silent' });
  const api = { module: LimitedModule, bodyLimitBytes: 10_000, settings: { ...http, ...OFF, ...settings } };
  const app = await createHttpApp(api, log);
  apps.push(app);
  await app.init();
  const call = async (method: 'GET' | 'POST', url: string, from: Record<string, unknown> = {}) => {
    const { key, address = '192.0.2.1', forwarded, body } = from as Record<string, string>;
    const answer = await app.inject({
      method,
      url,
      remoteAddress: address,
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(forwarded && { 'x-forwarded-for': forwarded }),
      },
      payload: body,
    });
    return answer;
  };
  /** With the whole URL in its first line, as clients write to a proxy. */
  const askAbsolutely = async (path: string) => {
    if (!app.getHttpServer().listening) await app.listen(0, '127.0.0.1');
    const { host, port } = new URL(await app.getUrl());
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(
      `POST http://${host}${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
    return Number((await text(socket)).split(' ', 2)[1]);
  };
  const statuses = async (count: number, method: 'GET' | 'POST', url: string, from = {}) => {
    const answers = [];
    for (let n = 0; n < count; n++) answers.push((await call(method, url, from)).statusCode);
    return answers;
  };
  return { call, statuses, askAbsolutely };
}

describe('too many requests', () => {
  it('are refused with a problem that says when to come again', async () => {
    const { call, statuses } = await start({ LIMIT_ADDRESS_REQUESTS: 3 });
    expect(await statuses(3, 'GET', '/public?x=1')).toEqual([200, 200, 200]);
    const refused = await call('GET', '/public?x=1');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(Number(refused.headers['retry-after'])).toBe(1);
    expect(refused.json()).toEqual({
      type: 'urn:ttoolab:problem:too-many-requests',
      title: 'Too many requests',
      status: 429,
      detail: 'Too many requests. Try again in 1 s.',
      instance: '/public',
    });
    await expect.poll(async () => (await call('GET', '/public')).statusCode, { timeout: 3_000 }).toBe(200);
  });

  it('of one address leave others alone; of IPv6, the /64 is one', async () => {
    const { call, statuses } = await start({ LIMIT_ADDRESS_REQUESTS: 1 });
    expect(await statuses(2, 'GET', '/public')).toEqual([200, 429]);
    expect(await statuses(1, 'GET', '/public', { address: '192.0.2.2' })).toEqual([200]);
    const of = async (address: string) => (await call('GET', '/public', { address })).statusCode;
    expect([await of('2001:db8::1'), await of('2001:db8::ffff:1'), await of('2001:db8:0:0:1::')]).toEqual([
      200, 429, 429,
    ]);
    expect([
      await of('2001:db8:0:1::1'),
      await of('::1'),
      await of('1:2:3:4:5:6:7:8'),
      await of('1:2:3:4::'),
    ]).toEqual([200, 200, 200, 429]);
  });

  it('to sign in are few, by address, whatever else the address does', async () => {
    const { call, statuses } = await start({ LIMIT_SIGN_INS: 2 });
    expect(await statuses(3, 'POST', '/auth/sign-in')).toEqual([201, 201, 429]);
    expect(await statuses(3, 'GET', '/public')).toEqual([200, 200, 200]);
    expect(Number((await call('POST', '/auth/sign-in')).headers['retry-after'])).toBeGreaterThan(50);
  });

  it('to sign in are as few however the path is written', async () => {
    const { statuses, askAbsolutely } = await start({ LIMIT_SIGN_INS: 2 });
    expect(await statuses(2, 'POST', '/auth/sign-in')).toEqual([201, 201]);
    for (const path of ['/%61uth/sign-in', '/auth/sign%2Din?x=1', '/auth/sign-i%6E'])
      expect(await statuses(1, 'POST', path), path).toEqual([429]);
    const answers = [];
    for (let n = 0; n < 3; n++) answers.push(await askAbsolutely('/auth/sign-in'));
    expect(answers).toEqual([201, 201, 429]);
  });

  it('that change a password count as tries to sign in: they tell whether the current one is right', async () => {
    const { statuses } = await start({ LIMIT_SIGN_INS: 1 });
    expect(await statuses(2, 'POST', '/v1/me/password')).toEqual([201, 429]);
  });

  it('of an IPv4 address are its own when it comes written as IPv6', async () => {
    const { call } = await start({ LIMIT_ADDRESS_REQUESTS: 1 });
    const of = async (address: string) => (await call('GET', '/public', { address })).statusCode;
    expect([await of('::ffff:192.0.2.1'), await of('::ffff:192.0.2.2')]).toEqual([200, 200]);
    expect([
      await of('192.0.2.1'),
      await of('::FFFF:c000:202'),
      await of('0:0:0:0:0:ffff:192.0.2.1'),
    ]).toEqual([429, 429, 429]);
  });

  it('of one key leave others alone, and all keys of a tenant have twice as many', async () => {
    const { statuses } = await start({ LIMIT_REQUESTS: 2 });
    const of = (key: string) => statuses(3, 'GET', '/read', { key });
    expect(await of('1a')).toEqual([200, 200, 429]);
    expect(await of('1b')).toEqual([200, 200, 429]);
    expect(await of('1c')).toEqual([429, 429, 429]);
    expect(await of('2a')).toEqual([200, 200, 429]);
  });

  it('that cost much are counted apart', async () => {
    const { statuses } = await start({ LIMIT_COSTLY_REQUESTS: 1, LIMIT_REQUESTS: 3 });
    expect(await statuses(2, 'POST', '/test', { key: '1a' })).toEqual([201, 429]);
    expect(await statuses(3, 'GET', '/read', { key: '1a' })).toEqual([200, 200, 200]);
  });

  it('are counted by events where events are published, a whole window at least once', async () => {
    const { call } = await start({ LIMIT_EVENTS: 10 });
    const publish = async (key: string, count: number) => {
      const body = { events: Array.from({ length: count }, () => ({})) };
      return (await call('POST', '/events', { key, body })).statusCode;
    };
    expect([await publish('1a', 6), await publish('1a', 6)]).toEqual([201, 429]);
    expect([await publish('2a', 500), await publish('2a', 1)]).toEqual([201, 429]);
    expect((await call('POST', '/events', { key: '3a', body: {} })).statusCode).toBe(201);
  });

  it('are none with a limit of 0', async () => {
    const { statuses } = await start({});
    expect(new Set(await statuses(50, 'GET', '/read', { key: '1a' }))).toEqual(new Set([200]));
  });
});

describe('X-Forwarded-For', () => {
  it('is not believed by default: nobody chooses their own bucket', async () => {
    const { call } = await start({ LIMIT_ADDRESS_REQUESTS: 1 });
    const of = async (forwarded: string) => (await call('GET', '/public', { forwarded })).statusCode;
    expect([await of('198.51.100.1'), await of('198.51.100.2')]).toEqual([200, 429]);
  });

  it('is believed from a proxy that the operator named, and up to the first that he did not', async () => {
    const { call } = await start({ LIMIT_ADDRESS_REQUESTS: 1, TRUSTED_PROXIES: ['10.0.0.0/8', '192.0.2.7'] });
    const of = async (address: string, forwarded: string) =>
      (await call('GET', '/public', { address, forwarded })).statusCode;
    expect([await of('10.1.2.3', '198.51.100.1'), await of('192.0.2.7', '198.51.100.2')]).toEqual([200, 200]);
    expect(await of('10.1.2.3', 'made-up, 198.51.100.1')).toBe(429);
    expect(await of('10.1.2.3', '203.0.113.9, 198.51.100.1, 10.9.9.9')).toBe(429);
    expect([await of('192.0.2.8', '198.51.100.3'), await of('192.0.2.8', '198.51.100.4')]).toEqual([
      200, 429,
    ]);
  });
});
