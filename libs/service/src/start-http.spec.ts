import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Body, Controller, ForbiddenException, Get, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HubError } from '#errors';
import { createLog } from '#log';
import { Allow } from './access/allow.ts';
import { ApiKeyCache } from './access/api-key.cache.ts';
import { invalid, notFound } from './problem.ts';
import { createHttpApp } from './start-http.ts';

const INSIDE = 'connect ECONNREFUSED 10.1.2.3:5432';
const FAILURES: Record<string, () => Error> = {
  database: () => new HubError('HUB_DATABASE_UNAVAILABLE', 'away', { cause: new Error(INSIDE) }),
  kafka: () => new HubError('HUB_KAFKA_UNAVAILABLE', 'away', { cause: new Error(INSIDE) }),
  registry: () => new HubError('HUB_REGISTRY_UNAVAILABLE', 'away'),
  refused: () => new HubError('HUB_DATABASE_REFUSED', INSIDE),
  defect: () => new TypeError(INSIDE),
  nest: () => new ForbiddenException(INSIDE),
  own: () => notFound(),
  fields: () => invalid([{ field: 'name', rule: 'is required' }]),
};

@Controller()
class FailingController {
  @Get('fail/:how')
  @Allow('public')
  fail(@Param('how') how: string): never {
    throw FAILURES[how]?.() ?? new Error(how);
  }

  @Post('echo')
  @Allow('public')
  echo(@Body() body: unknown): unknown {
    return { body };
  }
}

@Module({ controllers: [FailingController], providers: [{ provide: ApiKeyCache, useValue: {} }] })
class FailingModule {}

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await createHttpApp(
    { module: FailingModule, bodyLimitBytes: 100 },
    createLog('test', { level: 'silent' }),
  );
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app?.close());

describe('a failing request', () => {
  it.each([
    ['database', 503, 'urn:ttoolab:problem:unavailable'],
    ['kafka', 503, 'urn:ttoolab:problem:unavailable'],
    ['registry', 503, 'urn:ttoolab:problem:unavailable'],
    ['refused', 500, 'urn:ttoolab:problem:internal'],
    ['defect', 500, 'urn:ttoolab:problem:internal'],
    ['nest', 403, 'urn:ttoolab:problem:forbidden'],
    ['own', 404, 'urn:ttoolab:problem:not-found'],
    ['fields', 400, 'urn:ttoolab:problem:invalid-request'],
  ])('because of %s answers %i and tells nothing of the inside', async (how, status, type) => {
    const answer = await app.inject(`/fail/${how}?token=1`);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({
      type,
      status,
      instance: `/fail/${how}`,
      detail: expect.any(String),
    });
    expect(answer.body).not.toMatch(/10\.1\.2\.3|ECONNREFUSED|TypeError|token/);
    expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined);
  });
});

describe('a body', () => {
  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/echo', payload, headers: { 'content-type': type } });

  it.each([
    ['{"a":1}', 'application/json; charset=utf-8', 201],
    ['', 'application/json', 201],
    ['{', 'application/json', 400],
    ['{"constructor":{"prototype":{}}}', 'application/json', 400],
    ['a=1', 'application/x-www-form-urlencoded', 415],
    ['x'.repeat(101), 'application/json', 413],
  ])('%s of type %s answers %i', async (payload, type, status) => {
    expect((await post(payload, type)).statusCode).toBe(status);
  });
});

describe('a connection', () => {
  async function send(bytes: string): Promise<string> {
    const { port } = new URL(await app.getUrl());
    const socket = connect(Number(port), '127.0.0.1');
    socket.end(bytes);
    return text(socket);
  }

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['endless headers', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('that brings %s is refused with a problem', async (_, bytes, status) => {
    const answer = await send(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      status,
      type: expect.stringContaining('urn:'),
    });
  });
});
