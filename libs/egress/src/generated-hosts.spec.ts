import { describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { checkUrl, createEgress } from './index.ts';
import { generateHost, seeded, type GeneratedHost } from '../fixtures/host-generator.ts';
import { request } from '../fixtures/start-receiver.ts';

const log = createLog('test', { level: 'silent' });
const HOSTS = 10_000;
const SEED = 20_250_609;

function generateHosts(): GeneratedHost[] {
  const draw = seeded(SEED);
  return Array.from({ length: HOSTS }, () => generateHost(draw));
}

const strict = { httpsOnly: false, allow: [] };

describe('10,000 generated hosts', () => {
  const hosts = generateHosts();

  it('are of every kind', () => {
    const count = (isMatch: (host: GeneratedHost) => boolean) => hosts.filter(isMatch).length;
    for (const kind of [
      'decimal',
      'octal',
      'hex',
      'mixed',
      'IPv6',
      'mapped',
      'NAT64',
      'ISATAP',
      '6to4',
      'Teredo',
    ])
      expect(count(({ made }) => made.includes(kind))).toBeGreaterThan(100);
    expect(count(({ isForbidden }) => !isForbidden)).toBeGreaterThan(500);
    expect(count(({ addresses }) => addresses !== undefined)).toBeGreaterThan(1_000);
  }, 60_000);

  it('that are literal and forbidden make no webhook, and public ones do', () => {
    const wrong = hosts.filter(({ host, addresses, isForbidden }) => {
      const isAccepted = checkUrl(`http://${host}/hook`, strict).ok;
      return addresses === undefined && isAccepted === isForbidden;
    });
    expect(wrong).toEqual([]);
  }, 60_000);

  it('that are forbidden, or lead there, are never connected to', async () => {
    const byName = new Map(hosts.map(({ host, addresses = [] }) => [host.toLowerCase(), addresses]));
    const resolve = async (hostname: string) => {
      const addresses = byName.get(hostname) ?? ['127.0.0.1'];
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    const egress = createEgress(
      {
        egress: { EGRESS_ALLOW: [], EGRESS_HTTPS_ONLY: false, MAX_RESPONSE_BYTES: 1 },
        delivery: { CONNECT_TIMEOUT: 1_000 },
        resolve,
      },
      log,
    );
    const wrong: unknown[] = [];
    for (const generated of hosts.filter(({ isForbidden }) => isForbidden)) {
      const result = await egress.post(request(`http://${generated.host}:9/`, { timeoutMs: 2_000 }));
      if (result.kind !== 'failure' || result.reason !== 'blocked') wrong.push({ ...generated, result });
    }
    await egress.close();
    expect(wrong).toEqual([]);
  }, 60_000);
});
