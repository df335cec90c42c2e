import { createServer as createHttpServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { createEgress, type Egress, type EgressOptions, type EgressResult } from './index.ts';
import { loopbackOptions, OK, request, startReceiver, type Behaviour } from '../fixtures/start-receiver.ts';

const log = createLog('test', { level: 'silent' });
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function egressFor(more: Partial<EgressOptions> = {}): Egress {
  const egress = createEgress(loopbackOptions(more), log);
  opened.push(egress);
  return egress;
}

async function receiver(behave: Behaviour) {
  const started = await startReceiver(behave);
  opened.unshift(started);
  return started;
}

/** Writes `text` every `ms` until the connection closes. */
function drip(socket: Socket, text: string, ms: number): void {
  const timer = setInterval(() => socket.write(text), ms);
  socket.on('close', () => clearInterval(timer));
}

const POSTED = { kind: 'response', status: 200, isComplete: true, isTruncated: false, isResent: false };

describe('a response', () => {
  it('comes back with its status, headers, raw body and times', async () => {
    const { url, connections } = await receiver((socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\nX-One: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n__proto__: x\r\ncontent-length: 3\r\n\r\n\x1f\x8b\0',
        'latin1',
      ),
    );
    const result = await egressFor().post(request(url));
    expect(result).toMatchObject({
      ...POSTED,
      headers: { 'x-one': '1', 'set-cookie': 'a=1, b=2', 'content-length': '3' },
    });
    expect(result).toMatchObject({ body: Buffer.from([0x1f, 0x8b, 0]), durationMs: expect.any(Number) });
    expect(result.timing.sentMs).toBeLessThanOrEqual(result.timing.respondedMs ?? -1);
    expect(connections[0]?.[0]).toMatch(
      /^POST \/hook\?a=1 HTTP\/1.1\r\nhost: 127.0.0.1:\d+\r\nconnection: keep-alive\r\nX-Ttoolab-Event-Id: e1\r\n/,
    );
    expect(connections[0]?.[0]).toMatch(
      /accept-encoding: identity\r\ncontent-length: 11\r\n\r\n{"id":"e1"}$/,
    );
  });

  it.each([204, 301, 302, 303, 307, 308, 400, 404, 410, 429, 500, 503])(
    'of status %i is a response, followed nowhere',
    async (status) => {
      const { url, connections } = await receiver((socket) =>
        socket.write(
          `HTTP/1.1 ${status} X\r\nlocation: /elsewhere\r\n${status === 204 ? '' : 'content-length: 0\r\n'}\r\n`,
        ),
      );
      expect(await egressFor().post(request(url))).toMatchObject({
        kind: 'response',
        status,
        isComplete: true,
      });
      expect(connections.flat()).toHaveLength(1);
    },
  );

  it('may follow interim responses such as 103', async () => {
    const { url } = await receiver((socket) =>
      socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`),
    );
    expect(await egressFor().post(request(url))).toMatchObject(POSTED);
  });

  it('reuses the connection for the next request', async () => {
    const { url, connections } = await receiver((socket) => socket.write(OK));
    const egress = egressFor();
    for (let n = 0; n < 5; n++) expect(await egress.post(request(url))).toMatchObject(POSTED);
    expect(connections.map((requests) => requests.length)).toEqual([5]);
  });

  it('opens a new connection after `connection: close`', async () => {
    const { url, connections } = await receiver((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nok'),
    );
    const egress = egressFor();
    for (let n = 0; n < 3; n++)
      expect(await egress.post(request(url))).toMatchObject({ ...POSTED, body: Buffer.from('ok') });
    expect(connections).toHaveLength(3);
  });
});

describe('the status line decides', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n';

  it.each<[string, Behaviour]>([
    ['stalls', (socket) => socket.write(`${HEAD}part`)],
    [
      'drips for ever',
      (socket) => (
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'),
        drip(socket, '1\r\nx\r\n', 20)
      ),
    ],
  ])('so a body that %s is a success at the deadline', async (_, behave) => {
    const { url } = await receiver(behave);
    const result = await egressFor().post(request(url, { timeoutMs: 500 }));
    expect(result).toMatchObject({ kind: 'response', status: 200, isComplete: false });
    expect(result.durationMs).toBeGreaterThanOrEqual(490);
    expect(result.durationMs).toBeLessThan(2_000);
  });

  it.each<[string, Behaviour]>([
    ['ended too early', (socket) => socket.end(`${HEAD}part`)],
    ['reset', (socket) => socket.write(`${HEAD}part`, () => setTimeout(() => socket.resetAndDestroy(), 30))],
    [
      'broken in its chunks',
      (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npartNONSENSE'),
    ],
  ])('so a body that is %s is a success', async (_, behave) => {
    const { url } = await receiver(behave);
    const result = await egressFor().post(request(url));
    expect(result).toMatchObject({
      kind: 'response',
      status: 200,
      isComplete: false,
      body: Buffer.from('part'),
    });
  });
});

describe('the body', () => {
  it('is cut at MAX_RESPONSE_BYTES, and a small rest does not cost the connection', async () => {
    const body = 'x'.repeat(40_000);
    const { url, connections } = await receiver((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 40000\r\n\r\n${body}`),
    );
    const egress = egressFor();
    for (let n = 0; n < 3; n++) {
      const result = await egress.post(request(url));
      expect(result).toMatchObject({
        kind: 'response',
        status: 200,
        isTruncated: true,
        body: Buffer.alloc(16_384, 'x'),
      });
      await expect.poll(() => egress.connections().idle).toBe(1);
    }
    expect(connections).toHaveLength(1);
  });

  it('of exactly MAX_RESPONSE_BYTES is whole', async () => {
    const { url } = await receiver((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 16384\r\n\r\n${'x'.repeat(16_384)}`),
    );
    const result = await egressFor().post(request(url));
    expect(result).toMatchObject({ ...POSTED, body: Buffer.alloc(16_384, 'x') });
  });

  it('that drips on after the cut holds neither the caller nor, for long, a connection', async () => {
    const { url } = await receiver((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5000\r\n${'x'.repeat(0x5000)}\r\n`);
      drip(socket, '1\r\nx\r\n', 20);
    });
    const egress = egressFor();
    const result = await egress.post(request(url, { timeoutMs: 20_000 }));
    expect(result.durationMs).toBeLessThan(1_000);
    await expect.poll(() => egress.connections().open, { timeout: 3_000 }).toBe(0);
  });

  it('of 200 MB is neither read nor kept', async () => {
    const chunk = Buffer.alloc(1 << 20, 'x');
    let written = 0;
    const { url } = await receiver((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${200 * chunk.length}\r\n\r\n`);
      const pump = () => {
        while (written < 200 * chunk.length && !socket.destroyed) {
          written += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', pump);
      pump();
    });
    const before = process.memoryUsage().rss;
    const result = await egressFor().post(request(url, { timeoutMs: 5_000 }));
    expect(result).toMatchObject({ kind: 'response', isTruncated: true, isComplete: false });
    expect(result.kind === 'response' && result.body.length).toBe(16_384);
    expect(written).toBeLessThan(20 * chunk.length);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  });
});

describe('a failure', () => {
  const cases: [string, Behaviour, Partial<EgressResult>][] = [
    ['silence is a timeout', () => {}, { reason: 'timeout', wasSent: true }],
    [
      'a dripping head is a timeout',
      (socket) => (socket.write('HTTP/1.1 200 OK\r\n'), drip(socket, 'x-a: b\r\n', 20)),
      { reason: 'timeout' },
    ],
    [
      'endless slow 1xx are a timeout',
      (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n', 50),
      { reason: 'timeout' },
    ],
    [
      'a flood of 1xx is against the protocol',
      (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20), 5),
      { reason: 'protocol' },
    ],
    [
      '100 Continue unasked is against the protocol',
      (socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${OK}`),
      { reason: 'protocol' },
    ],
    [
      'an upgrade unasked is against the protocol',
      (socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      { reason: 'protocol' },
    ],
    [
      'what is not HTTP is against the protocol',
      (socket) => socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
      { reason: 'protocol' },
    ],
    [
      'huge response headers are against the protocol',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-big: ${'x'.repeat(200_000)}\r\n\r\n`),
      { reason: 'protocol' },
    ],
    ['a closed connection is a reset', (socket) => socket.end(), { reason: 'reset', wasSent: true }],
    [
      'a reset connection is a reset',
      (socket) => socket.resetAndDestroy(),
      { reason: 'reset', wasSent: true },
    ],
  ];

  it.each(cases)('%s', async (_, behave, expected) => {
    const { url, connections } = await receiver(behave);
    const egress = egressFor();
    const result = await egress.post(request(url, { timeoutMs: 600 }));
    expect(result).toMatchObject({ kind: 'failure', isOurs: false, ...expected });
    expect(result.durationMs).toBeLessThan(600 + 1_500);
    expect(JSON.stringify(result)).not.toContain('127.0.0.1');
    expect(connections.flat()).toHaveLength(1);
    expect(egress.connections()).toEqual({ origins: 0, open: 0, idle: 0 });
  });

  it('to connect tells that nothing was sent', async () => {
    const { url, close } = await startReceiver(() => {});
    await close();
    const result = await egressFor().post(request(url));
    expect(result).toMatchObject({
      kind: 'failure',
      reason: 'connect',
      wasSent: false,
      detail: 'the connection was refused',
    });
    expect(JSON.stringify(result)).not.toContain('127.0.0.1');
  });

  it.each([
    ['line break', { 'x-a': 'b\r\nx-injected: 1' }],
    ['NUL', { 'x-a': 'b\0' }],
    ['character beyond Latin-1', { 'x-a': 'ж' }],
    ['name', { 'x a:': 'b' }],
    ['smuggling header', { 'transfer-encoding': 'chunked' }],
  ])('is all that a header with a bad %s gets', async (_, headers) => {
    const { url, connections } = await receiver((socket) => socket.write(OK));
    expect(await egressFor().post(request(url, { headers }))).toMatchObject({
      kind: 'failure',
      reason: 'protocol',
      wasSent: false,
      isOurs: true,
    });
    expect(connections.flat()).toEqual([]);
  });

  it.each(['', 'nonsense', 'ftp://127.0.0.1/', 'file:///etc/passwd'])(
    'is what the URL "%s" gets',
    async (url) => {
      expect(await egressFor().post(request(url))).toMatchObject({
        kind: 'failure',
        reason: 'blocked',
        wasSent: false,
      });
    },
  );

  it('is what http:// gets under EGRESS_HTTPS_ONLY', async () => {
    const egress = egressFor({
      egress: { EGRESS_ALLOW: ['127.0.0.0/8'], EGRESS_HTTPS_ONLY: true, MAX_RESPONSE_BYTES: 1 },
    });
    expect(await egress.post(request('http://127.0.0.1:1/'))).toMatchObject({
      kind: 'failure',
      reason: 'blocked',
    });
  });
});

describe('stopping', () => {
  it('interrupts by the signal of the request', async () => {
    const controller = new AbortController();
    const { url } = await receiver(() => controller.abort());
    const egress = egressFor();
    expect(await egress.post(request(url, { signal: controller.signal }))).toMatchObject({
      reason: 'interrupted',
      wasSent: true,
      isOurs: true,
    });
    expect(await egress.post(request(url, { signal: controller.signal }))).toMatchObject({
      reason: 'interrupted',
      wasSent: false,
    });
  });

  it('by close interrupts what is in flight or waiting, and refuses the next', async () => {
    const { url, connections } = await receiver(() => {});
    const egress = egressFor({ maxConnectionsPerOrigin: 1 });
    const posts = [
      egress.post(request(url, { timeoutMs: 20_000 })),
      egress.post(request(url, { timeoutMs: 20_000 })),
    ];
    await expect.poll(() => connections.flat()).toHaveLength(1);
    await egress.close();
    const results = [...(await Promise.all(posts)), await egress.post(request(url))];
    expect(results).toMatchObject([
      { reason: 'interrupted', wasSent: true },
      { reason: 'interrupted', wasSent: false },
      { reason: 'interrupted', wasSent: false },
    ]);
    expect(egress.connections()).toEqual({ origins: 0, open: 0, idle: 0 });
  });
});

describe('a real HTTP server', () => {
  it('that closes idle connections fast loses no request, over many laps of the race', async () => {
    const seen: string[] = [];
    const server = createHttpServer((incoming, outgoing) => {
      seen.push(String(incoming.headers['x-n']));
      incoming.resume().on('end', () => outgoing.end('ok'));
    });
    server.keepAliveTimeout = 20;
    server.keepAliveTimeoutBuffer = 0;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    opened.push({ close: async () => void server.close().closeAllConnections() });
    // This peer announces `keep-alive: timeout=0`; hiding it is what makes the race.
    server.on('request', (_, outgoing) => outgoing.setHeader('keep-alive', 'timeout=60'));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const egress = egressFor();
    const results: EgressResult[] = [];
    for (let lap = 0; lap < 60; lap++) {
      const batch = Array.from({ length: 4 }, (_, n) =>
        egress.post(request(url, { headers: { 'x-n': `${lap}.${n}` } })),
      );
      results.push(...(await Promise.all(batch)));
      await new Promise((resolve) => setTimeout(resolve, 15 + (lap % 12)));
    }
    expect(results.filter(({ kind }) => kind !== 'response')).toEqual([]);
    expect(new Set(seen).size).toBe(240);
  }, 20_000);
});
