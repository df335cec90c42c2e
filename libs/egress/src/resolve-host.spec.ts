import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNameServer } from '../fixtures/start-name-server.ts';
import { createResolver, type ResolveHost } from './resolve-host.ts';

const SIX = '2606:4700:0000:0000:0000:0000:0000:0001';

describe('the resolver', () => {
  let server: Awaited<ReturnType<typeof startNameServer>>;
  let askedSystem: string[] = [];
  const system: ResolveHost = async (hostname) => {
    askedSystem.push(hostname);
    return [{ address: '127.0.0.1', family: 4 }];
  };

  beforeAll(async () => {
    server = await startNameServer({
      'both.test': { A: '192.0.2.1', AAAA: SIX },
      'four.test': { A: '192.0.2.4' },
      'six.test': { AAAA: SIX },
      'broken.test': 'SERVFAIL',
      'silent.test': 'SILENT',
    });
  });
  afterAll(() => server.close());

  const resolver = () => {
    askedSystem = [];
    server.asked.length = 0;
    return createResolver({ servers: [server.address], system });
  };

  it.each([
    ['both.test', ['192.0.2.1', '2606:4700::1']],
    ['four.test', ['192.0.2.4']],
    ['four.test.', ['192.0.2.4']],
    ['six.test', ['2606:4700::1']],
  ])('gives every address of %s, IPv4 first, without the system', async (name, addresses) => {
    const found = await resolver()(name);
    expect(found.map(({ address }) => address)).toEqual(addresses);
    expect(askedSystem).toEqual([]);
  });

  it.each(['gone.test', 'localhost', 'a.localhost', 'hub'])(
    'asks the system for %s, which may be in /etc/hosts',
    async (name) => {
      expect(await resolver()(name)).toEqual([{ address: '127.0.0.1', family: 4 }]);
      expect(askedSystem).toEqual([name]);
    },
  );

  it('does not ask the system about a broken domain, where it would hold a thread', async () => {
    await expect(resolver()('broken.test')).rejects.toMatchObject({ code: 'ESERVFAIL' });
    expect(askedSystem).toEqual([]);
  });

  it('answers others while many domains are silent', async () => {
    const resolve = resolver();
    const silent = Array.from({ length: 20 }, () => resolve('silent.test').catch(() => null));
    const startedAt = performance.now();
    await resolve('four.test');
    await resolve('localhost');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(silent).toHaveLength(20);
  });

  it('asks once for questions at the same time, and anew afterwards', async () => {
    const resolve = resolver();
    await Promise.all(Array.from({ length: 50 }, () => resolve('both.test')));
    expect(server.asked.toSorted()).toEqual(['both.test A', 'both.test AAAA']);
    await resolve('both.test');
    expect(server.asked).toHaveLength(4);
  });

  it('asks the system at most twice at a time', async () => {
    let running = 0;
    let most = 0;
    const slow: ResolveHost = async () => {
      most = Math.max(most, ++running);
      await new Promise((resume) => setImmediate(resume));
      running--;
      return [];
    };
    const resolve = createResolver({ servers: [server.address], system: slow });
    await Promise.all(Array.from({ length: 20 }, (_, n) => resolve(`host${n}`)));
    expect(most).toBe(2);
  });
});
