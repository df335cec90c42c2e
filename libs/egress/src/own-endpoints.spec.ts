import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { checkUrl, createEgress, type EgressOptions } from './index.ts';
import { OwnEndpoints } from './own-endpoints.ts';
import { loopbackOptions, OK, request, startReceiver } from '../fixtures/start-receiver.ts';

const log = createLog('test', { level: 'silent' });
const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()));
});

/** A server of the hub, and one of a customer, both on loopback, which is allowed. */
async function startBoth(more: Partial<EgressOptions> = {}) {
  const [ours, theirs] = await Promise.all([
    startReceiver((socket) => socket.write(OK)),
    startReceiver((socket) => socket.write(OK)),
  ]);
  const options = loopbackOptions({ own: [{ host: '127.0.0.1', port: ours.port }], ...more });
  const egress = createEgress(options, log);
  opened.push(ours, theirs, egress);
  return { ours, theirs, egress };
}

const BLOCKED = { kind: 'failure', reason: 'blocked', detail: 'the address of the host is not allowed' };

describe('a port of the hub itself', () => {
  it.each(['127.0.0.1', '127.1', '0x7f000001', '127.0.0.2', 'hub.test'])(
    'is out of reach at %s, where the port of a customer is not',
    async (host) => {
      const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
      const { ours, theirs, egress } = await startBoth({ resolve });
      expect(await egress.post(request(`http://${host}:${ours.port}/`))).toMatchObject(BLOCKED);
      expect(await egress.post(request(`https://${host}:${ours.port}/`))).toMatchObject(BLOCKED);
      expect(ours.connections).toEqual([]);
      const other = host === '127.0.0.2' ? '127.0.0.1' : host;
      expect(await egress.post(request(`http://${other}:${theirs.port}/`))).toMatchObject({ status: 200 });
    },
  );

  it('is out of reach through a name that leads there and elsewhere', async () => {
    const resolve = () =>
      Promise.resolve([
        { address: '127.0.0.9', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    const { ours, egress } = await startBoth({ resolve });
    expect(await egress.post(request(`http://hub.test:${ours.port}/`))).toMatchObject(BLOCKED);
    expect(ours.connections).toEqual([]);
  });

  it('cannot be given to a webhook as an address', () => {
    const own = [
      { host: 'localhost', port: 3000 },
      { host: '10.0.0.5', port: 443 },
    ];
    const options = { httpsOnly: false, allow: ['127.0.0.0/8', '10.0.0.0/8'], own };
    const check = (url: string) => checkUrl(url, options).ok;
    for (const url of [
      ...['http://127.0.0.1:3000/', 'http://localhost:3000/', 'http://127.1:3000/', 'https://10.0.0.5/'],
      ...['http://10.0.0.5:3000/', 'http://a.localhost:3000'],
    ])
      expect({ url, isAllowed: check(url) }).toEqual({ url, isAllowed: false });
    for (const url of ['http://127.0.0.1:3001/', 'http://10.0.0.6:3000/', 'http://10.0.0.5/'])
      expect({ url, isAllowed: check(url) }).toEqual({ url, isAllowed: true });
  });
});

describe('the addresses of the hub', () => {
  it('are loopback, those of this machine, those of its settings, and what their names lead to', async () => {
    const own = new OwnEndpoints([
      { host: '10.0.0.5', port: 9092 },
      { host: '[fd00::0001]', port: 9092 },
      { host: 'localhost', port: 5432 },
      { host: '9.9.9.9', port: 443 },
      { host: 'no-such-host.invalid', port: 1 },
    ]);
    await own.refresh();
    const ours = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).map(({ address }) => address),
    );
    for (const address of [
      '127.0.0.1',
      '127.255.0.1',
      '::1',
      '0.0.0.0',
      '::',
      '10.0.0.5',
      'fd00::1',
      ...ours,
    ])
      expect({ address, isOwn: own.hasAddress(address) }).toEqual({ address, isOwn: true });
    for (const address of ['10.0.0.6', '8.8.8.8', '9.9.9.9', 'fd01:2:3::9', 'localhost', ''])
      expect({ address, isOwn: own.hasAddress(address) }).toEqual({ address, isOwn: false });
    expect([9092, 5432, 1, 80].map((port) => own.hasPort(port))).toEqual([true, true, true, false]);
  });
});
