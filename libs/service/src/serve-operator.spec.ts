import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { ApiKeyCache } from './access/api-key.cache.ts';
import { Health } from './health.ts';
import { Metrics } from './metrics.ts';
import { serveOperator } from './serve-operator.ts';
import { createHttpApp } from './start-http.ts';

@Module({ providers: [{ provide: ApiKeyCache, useValue: {} }] })
class EmptyModule {}

const state = { isDatabaseThere: true };
let app: NestFastifyApplication;
beforeAll(async () => {
  const log = createLog('test', { level: 'silent' });
  app = await createHttpApp({ module: EmptyModule, bodyLimitBytes: 100 }, log);
  const health = new Health();
  health.add('database', () => state.isDatabaseThere);
  serveOperator(app.getHttpAdapter().getInstance(), { health, metrics: new Metrics() });
  await app.init();
});
afterAll(() => app?.close());

const ask = async (url: string, remoteAddress: string, headers: Record<string, string> = {}) => {
  const { statusCode, body } = await app.inject({ url, remoteAddress, headers });
  return { statusCode, body };
};

describe('the operator routes of an API', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('tell %s all', async (address) => {
    const metrics = await ask('/metrics', address);
    expect(metrics.statusCode).toBe(200);
    expect(metrics.body).toContain('hub_event_accepted_total');
    expect(JSON.parse((await ask('/readyz', address)).body)).toEqual({
      isReady: true,
      checks: { database: true },
    });
  });

  it.each<[string, Record<string, string>]>([
    ['192.0.2.1', {}],
    ['10.1.2.3', {}],
    ['2001:db8::1', {}],
    ['::ffff:192.0.2.1', {}],
    ['192.0.2.1', { 'x-forwarded-for': '127.0.0.1' }],
    ['127.0.0.1', { 'x-forwarded-for': '192.0.2.1' }],
    ['127.0.0.1', { forwarded: 'for=192.0.2.1' }],
  ])('tell %s with %j only whether it works', async (address, headers) => {
    const metrics = await ask('/metrics', address, headers);
    expect(metrics.statusCode).toBe(404);
    expect(metrics.body).not.toContain('hub_');
    expect(JSON.parse(metrics.body)).toMatchObject({ type: 'urn:ttoolab:problem:not-found' });
    expect((await ask('/healthz', address, headers)).statusCode).toBe(200);
    expect(JSON.parse((await ask('/readyz', address, headers)).body)).toEqual({ isReady: true });
    state.isDatabaseThere = false;
    expect(await ask('/readyz', address, headers)).toEqual({ statusCode: 503, body: '{"isReady":false}' });
    state.isDatabaseThere = true;
  });
});
