import { connect } from 'node:net';
import { Body, Controller, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { createLog } from '#log';
import { Allow } from './access/allow.ts';
import { ApiKeyCache } from './access/api-key.cache.ts';
import { createHttpApp } from './start-http.ts';

@Controller()
class EchoController {
  @Post('echo')
  @Allow('public')
  echo(@Body() body: unknown): unknown {
    return { body };
  }
}

@Module({ controllers: [EchoController], providers: [{ provide: ApiKeyCache, useValue: {} }] })
class EchoModule {}

let app: NestFastifyApplication;
beforeAll(async () => {
  const { http, limits } = loadConfig(['http', 'limits'], {
    HTTP_HEADERS_TIMEOUT: '1s',
    HTTP_REQUEST_TIMEOUT: '2s',
  });
  app = await createHttpApp(
    { module: EchoModule, bodyLimitBytes: 1_000, settings: { ...http, ...limits } },
    createLog('test', { level: 'silent' }),
  );
  await app.listen(0, '127.0.0.1');
});
afterAll(() => app?.close());

/** Sends the first text at once and then a byte every 100 ms for as long as the server listens. */
async function drip(first: string, next: string): Promise<{ answer: string; ms: number }> {
  const startedAt = performance.now();
  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(first);
  const timer = setInterval(() => socket.writable && socket.write(next), 100);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(timer);
  return { answer, ms: performance.now() - startedAt };
}

describe('a client that sends slowly', () => {
  it.each([
    ['its headers', 'POST /echo HTTP/1.1\r\nhost: x\r\nx-a: ', 'a', 1_000],
    [
      'its body',
      'POST /echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n"',
      'a',
      2_000,
    ],
  ])('%s is told 408 and cut off', async (_, first, next, timeoutMs) => {
    const { answer, ms } = await drip(first, next);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('urn:ttoolab:problem:timeout');
    expect(ms).toBeGreaterThanOrEqual(timeoutMs - 100);
    expect(ms).toBeLessThan(timeoutMs + 3_000);
  });

  it('a hundred times holds up no other', async () => {
    const slow = Array.from({ length: 100 }, () => drip('POST /echo HTTP/1.1\r\nhost: x\r\nx-a: ', 'a'));
    const quick = await fetch(`${await app.getUrl()}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '1',
    });
    expect(quick.status).toBe(201);
    const ended = await Promise.all(slow);
    expect(ended.every(({ answer }) => answer.startsWith('HTTP/1.1 408'))).toBe(true);
  });
});
