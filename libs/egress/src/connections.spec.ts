import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { createEgress, type Egress, type EgressOptions, type ResolveHost } from './index.ts';
import { loopbackOptions, OK, request, startReceiver, type Behaviour } from '../fixtures/start-receiver.ts';

const log = createLog('test', { level: 'silent' });
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

function egressFor(more: Partial<EgressOptions>): Egress {
  const egress = createEgress(loopbackOptions(more), log);
  opened.push(egress);
  return egress;
}

async function receiver(behave: Behaviour) {
  const started = await startReceiver(behave);
  opened.unshift(started);
  return started;
}

const resolve: ResolveHost = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);

describe('a kept-alive connection that the peer has closed', () => {
  it.each<[string, Behaviour]>([
    ['with an end', (socket, nth) => (nth === 1 ? socket.write(OK) : socket.end())],
    ['with a reset', (socket, nth) => (nth === 1 ? socket.write(OK) : socket.resetAndDestroy())],
  ])('%s costs no failure: the request goes out once more on a fresh one', async (_, behave) => {
    const { url, connections } = await receiver(behave);
    const egress = egressFor({});
    expect(await egress.post(request(url))).toMatchObject({ kind: 'response', isResent: false });
    expect(await egress.post(request(url))).toMatchObject({ kind: 'response', status: 200, isResent: true });
    expect(connections.map((requests) => requests.length)).toEqual([2, 1]);
    expect(egress.connections()).toMatchObject({ open: 1, idle: 1 });
  });

  it('is tried again only once', async () => {
    const { url, connections } = await receiver((socket, nth, connection) =>
      nth === 1 && connection === 1 ? socket.write(OK) : socket.resetAndDestroy(),
    );
    const egress = egressFor({});
    await egress.post(request(url));
    expect(await egress.post(request(url))).toMatchObject({ reason: 'reset', wasSent: true, isResent: true });
    expect(connections.map((requests) => requests.length)).toEqual([2, 1]);
  });

  it('is not tried again after a first byte, nor after a while of work', async () => {
    const { url, connections } = await receiver((socket, nth) => {
      if (nth === 1) socket.write(OK);
      else if (nth === 2) socket.end('HTT');
    });
    const egress = egressFor({});
    await egress.post(request(url));
    expect(await egress.post(request(url))).toMatchObject({ kind: 'failure', isResent: false });

    const busy = await receiver((socket, nth) =>
      nth === 1 ? socket.write(OK) : setTimeout(() => socket.resetAndDestroy(), 2_100),
    );
    await egress.post(request(busy.url));
    expect(await egress.post(request(busy.url, { timeoutMs: 5_000 }))).toMatchObject({
      reason: 'reset',
      isResent: false,
    });
    expect([...connections, ...busy.connections].map((requests) => requests.length)).toEqual([2, 2]);
  });
});

describe('a second response that nobody asked for', () => {
  it('is never taken for the answer to the next request', async () => {
    const forged = 'HTTP/1.1 599 Forged\r\ncontent-length: 0\r\n\r\n';
    const { url, connections } = await receiver((socket) => socket.write(OK + forged));
    const egress = egressFor({});
    for (let n = 0; n < 10; n++)
      expect(await egress.post(request(url))).toMatchObject({ kind: 'response', status: 200 });
    expect(connections.flat()).toHaveLength(10);
  });
});

describe('connections', () => {
  it('are closed and forgotten when idle', async () => {
    const { url } = await receiver((socket) => socket.write(OK));
    const egress = egressFor({ idleTimeoutMs: 50 });
    await egress.post(request(url));
    await expect.poll(() => egress.connections()).toEqual({ origins: 0, open: 0, idle: 0 });
  });

  it('are bounded over all origins, the one idle for longest closed first', async () => {
    const { port } = await receiver((socket) => socket.write(OK));
    const egress = egressFor({ resolve, maxIdleConnections: 10 });
    for (let n = 0; n < 200; n++) {
      expect(await egress.post(request(`http://h${n}.test:${port}/`))).toMatchObject({ kind: 'response' });
    }
    expect(egress.connections()).toEqual({ origins: 10, open: 10, idle: 10 });
  });

  it('are bounded per origin: others wait, and those that waited too long were never sent', async () => {
    const { url, connections } = await receiver((socket) => setTimeout(() => socket.write(OK), 20));
    const egress = egressFor({ maxConnectionsPerOrigin: 2 });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => egress.post(request(url, { timeoutMs: 5_000 }))),
    );
    expect(results.every(({ kind }) => kind === 'response')).toBe(true);
    expect(connections).toHaveLength(2);

    const stuck = await receiver(() => {});
    // The last gives up first: at the same instant it might yet get the connection that another gives back.
    const waited = await Promise.all(
      [600, 600, 200].map((timeoutMs) => egress.post(request(stuck.url, { timeoutMs }))),
    );
    expect(
      waited.map((result) => result.kind === 'failure' && [result.reason, result.wasSent, result.isOurs]),
    ).toEqual([
      ['timeout', true, false],
      ['timeout', true, false],
      ['timeout', false, true],
    ]);
    expect(stuck.connections.flat()).toHaveLength(2);
  });

  it('to failing origins leave nothing behind', async () => {
    const egress = egressFor({ resolve });
    await Promise.all(Array.from({ length: 300 }, (_, n) => egress.post(request(`http://h${n}.test:1/`))));
    expect(egress.connections()).toEqual({ origins: 0, open: 0, idle: 0 });
  });
});
