import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { createEgress, type Egress, type EgressOptions, type ResolveHost } from './index.ts';
import { loopbackOptions, OK, request, startReceiver } from '../fixtures/start-receiver.ts';

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

const pem = (name: string) => readFileSync(new URL(`../fixtures/${name}.pem`, import.meta.url), 'utf8');
const answers =
  (...addresses: string[]): ResolveHost =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
const fails =
  (code: string): ResolveHost =>
  () =>
    Promise.reject(Object.assign(new Error(`query ${code} 10.0.0.53`), { code }));

const BLOCKED = {
  kind: 'failure',
  reason: 'blocked',
  wasSent: false,
  detail: 'the address of the host is not allowed',
};

describe('the address connected to', () => {
  it.each(['10.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '169.254.169.254', '0x0a.1'])(
    'is checked when it is the literal %s',
    async (host) => {
      const { port, connections, close } = await startReceiver((socket) => socket.write(OK));
      opened.push({ close });
      for (const scheme of ['http', 'https']) {
        expect(await egressFor({}).post(request(`${scheme}://${host}:${port}/`))).toMatchObject(BLOCKED);
      }
      expect(connections).toEqual([]);
    },
  );

  it.each([
    ['one', ['10.0.0.1']],
    ['the last of several', ['127.0.0.1', '10.0.0.1']],
    ['the first of several', ['fd00::1', '127.0.0.1']],
    ['a mapped', ['::ffff:127.0.0.1']],
    ['no real', ['nonsense']],
  ])('is checked when a name leads to %s forbidden address', async (_, addresses) => {
    const { port, connections, close } = await startReceiver((socket) => socket.write(OK));
    opened.push({ close });
    const egress = egressFor({ resolve: answers(...addresses) });
    expect(await egress.post(request(`http://rebind.test:${port}/`))).toMatchObject(BLOCKED);
    expect(await egress.post(request(`https://rebind.test:${port}/`))).toMatchObject(BLOCKED);
    expect(connections).toEqual([]);
  });

  it('is the one that was checked: a name is asked once per connection, and each time anew', async () => {
    const { port, connections, close } = await startReceiver((socket) =>
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n`),
    );
    opened.push({ close });
    let asked = 0;
    const resolve: ResolveHost = (name) => answers(++asked === 1 ? '127.0.0.1' : '10.0.0.1')(name);
    const egress = egressFor({ resolve });
    expect(await egress.post(request(`http://rebind.test:${port}/`))).toMatchObject({
      kind: 'response',
      status: 200,
    });
    expect(asked).toBe(1);
    expect(await egress.post(request(`http://rebind.test:${port}/`))).toMatchObject(BLOCKED);
    expect(connections).toHaveLength(1);
    expect(connections[0]?.[0]).toContain(`host: rebind.test:${port}\r\n`);
  });

  it('stays the checked one for a kept connection, and is checked anew for the next', async () => {
    const { port, connections, close } = await startReceiver((socket, nth) =>
      nth < 3 ? socket.write(OK) : socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n'),
    );
    opened.push({ close });
    let asked = 0;
    const resolve: ResolveHost = (name) => answers(++asked === 1 ? '127.0.0.1' : '10.0.0.1')(name);
    const egress = egressFor({ resolve });
    const post = (host: string) => egress.post(request(`http://${host}:${port}/`));
    for (let n = 0; n < 3; n++) expect(await post('rebind.test')).toMatchObject({ status: 200 });
    expect(asked).toBe(1);
    expect(connections.map((requests) => requests.length)).toEqual([3]);
    expect(await post('rebind.test')).toMatchObject(BLOCKED);
    expect(await post('REBIND.test')).toMatchObject(BLOCKED);
    expect(connections).toHaveLength(1);
  });

  it('is never lent to another name or port that shares its address', async () => {
    const { port, connections, close } = await startReceiver((socket) => socket.write(OK));
    opened.push({ close });
    const resolve: ResolveHost = (name) => answers(name === 'good.test' ? '127.0.0.1' : '10.0.0.1')(name);
    const egress = egressFor({ resolve });
    expect(await egress.post(request(`http://good.test:${port}/`))).toMatchObject({ status: 200 });
    expect(egress.connections()).toMatchObject({ idle: 1 });
    expect(await egress.post(request(`http://evil.test:${port}/`))).toMatchObject(BLOCKED);
    const other = await startReceiver((socket) => socket.write(OK));
    opened.push(other);
    expect(await egress.post(request(`http://good.test:${other.port}/`))).toMatchObject({ status: 200 });
    expect(connections[0]).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])('of a redirect is never connected to: %i', async (status) => {
    const inside = await startReceiver((socket) => socket.write(OK));
    const { url, close } = await startReceiver((socket) =>
      socket.write(`HTTP/1.1 ${status} Moved\r\nlocation: ${inside.url}\r\ncontent-length: 0\r\n\r\n`),
    );
    opened.push(inside, { close });
    expect(await egressFor({}).post(request(url))).toMatchObject({ kind: 'response', status });
    expect(inside.connections).toEqual([]);
  });

  it('is found through the system for localhost', async () => {
    const { port, close } = await startReceiver((socket) => socket.write(OK));
    opened.push({ close });
    const egress = egressFor({
      egress: { EGRESS_ALLOW: ['127.0.0.0/8', '::1/128'], EGRESS_HTTPS_ONLY: false, MAX_RESPONSE_BYTES: 1 },
    });
    expect(await egress.post(request(`http://localhost:${port}/`))).toMatchObject({
      kind: 'response',
      status: 200,
    });
    expect(
      await egressFor({ egress: { EGRESS_ALLOW: [], EGRESS_HTTPS_ONLY: false, MAX_RESPONSE_BYTES: 1 } }).post(
        request(`http://localhost:${port}/`),
      ),
    ).toMatchObject(BLOCKED);
  });
});

describe('a name that does not resolve', () => {
  it.each([
    ['ENOTFOUND', false],
    ['ESERVFAIL', false],
    ['ECONNREFUSED', true],
    ['ETIMEOUT', true],
  ])('is a dns failure: %s, ours: %s', async (code, isOurs) => {
    const result = await egressFor({ resolve: fails(code) }).post(request('https://gone.test/'));
    expect(result).toMatchObject({ kind: 'failure', reason: 'dns', wasSent: false, isOurs });
    expect(JSON.stringify(result)).not.toContain('10.0.0.53');
  });

  it('in time is not ours while other names resolve', async () => {
    const resolve: ResolveHost = (name) =>
      name === 'gone.test' ? fails('ETIMEOUT')(name) : answers('127.0.0.1')(name);
    const egress = egressFor({ resolve });
    await egress.post(request('http://here.test:1/'));
    expect(await egress.post(request('http://gone.test/'))).toMatchObject({ reason: 'dns', isOurs: false });
  });

  it('at all ends at the connect timeout, or at the deadline when that is earlier', async () => {
    const egress = egressFor({ resolve: () => new Promise(() => {}), delivery: { CONNECT_TIMEOUT: 300 } });
    const [slow, short] = await Promise.all([
      egress.post(request('http://silent.test/', { timeoutMs: 10_000 })),
      egress.post(request('https://silent.test/', { timeoutMs: 100 })),
    ]);
    expect(slow).toMatchObject({ reason: 'dns', wasSent: false });
    expect(slow.durationMs).toBeLessThan(1_800);
    expect(short).toMatchObject({ reason: 'timeout', wasSent: false });
    expect(short.durationMs).toBeLessThan(1_600);
  });

  it('or an https target that cannot be reached never ends the process', async () => {
    const refused = egressFor({ resolve: answers('127.0.0.1') });
    const unknown = egressFor({ resolve: fails('ENOTFOUND') });
    const results = await Promise.all(
      Array.from({ length: 20 }, () =>
        [refused, unknown].map((egress) => egress.post(request('https://down.test:1/'))),
      ).flat(),
    );
    expect(new Set(results.map((result) => result.kind === 'failure' && result.reason))).toEqual(
      new Set(['connect', 'dns']),
    );
  });
});

describe('TLS', () => {
  const tls = { key: pem('receiver-key'), cert: pem('receiver') };
  const extraCa = [pem('authority')];
  const resolve = answers('127.0.0.1');

  async function post(host: string, options: Partial<EgressOptions>) {
    const { port, close, connections } = await startReceiver((socket) => socket.write(OK), tls);
    opened.push({ close });
    return {
      connections,
      result: await egressFor({ resolve, ...options }).post(request(`https://${host}:${port}/`)),
    };
  }

  it('works with a certificate for the name from a trusted authority', async () => {
    expect((await post('receiver.test', { extraCa })).result).toMatchObject({
      kind: 'response',
      status: 200,
    });
  });

  it('fails for an authority that is not trusted, whatever the environment says', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { result, connections } = await post('receiver.test', {});
      expect(result).toMatchObject({ kind: 'failure', reason: 'tls', wasSent: false, isOurs: false });
      expect(connections.flat()).toEqual([]);
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  it('fails for another name', async () => {
    expect((await post('other.test', { extraCa })).result).toMatchObject({
      reason: 'tls',
      detail: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });

  it('fails against a peer that speaks plain HTTP or nothing', async () => {
    const plain = await startReceiver((socket) => socket.write(OK));
    const silent = await startReceiver(() => {});
    opened.push(plain, silent);
    const egress = egressFor({ resolve, extraCa, delivery: { CONNECT_TIMEOUT: 300 } });
    for (const { port } of [plain, silent]) {
      expect(
        await egress.post(request(`https://receiver.test:${port}/`, { timeoutMs: 5_000 })),
      ).toMatchObject({ reason: 'tls', wasSent: false });
    }
  });
});
