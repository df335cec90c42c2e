import { Resolver, lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';

/** Every address of a host name, IPv4 first. Rejects as `node:dns` does. */
export type ResolveHost = (hostname: string) => Promise<LookupAddress[]>;

const MAX_SYSTEM_LOOKUPS = 2;

/**
 * Asks the name servers without a thread: `dns.lookup` blocks one of the process's four threads for as long as a dead
 * domain's servers don't answer, so that four such domains would stop every other destination (and every file read).
 * The system's own lookup, which knows /etc/hosts and search domains, is asked only for what the servers do not know, and
 * never holds more than two threads. Questions for the same name at the same time are asked once.
 */
export function createResolver(
  options: { servers?: readonly string[]; system?: ResolveHost } = {},
): ResolveHost {
  const servers = new Resolver({ timeout: 2_000, tries: 2 });
  if (options.servers) servers.setServers(options.servers);
  const askSystem = limited(
    MAX_SYSTEM_LOOKUPS,
    options.system ?? ((hostname) => lookup(hostname, { all: true })),
  );
  const asked = new Map<string, Promise<LookupAddress[]>>();
  return (hostname) => {
    const known = asked.get(hostname);
    if (known) return known;
    const answer = resolve(hostname, servers, askSystem).finally(() => asked.delete(hostname));
    asked.set(hostname, answer);
    return answer;
  };
}

async function resolve(
  hostname: string,
  servers: Resolver,
  askSystem: ResolveHost,
): Promise<LookupAddress[]> {
  const name = hostname.replace(/\.$/, '');
  if (!name.includes('.') || name.endsWith('.localhost')) return askSystem(hostname);
  const [v4, v6] = await Promise.allSettled([servers.resolve4(name), servers.resolve6(name)]);
  const found = [
    ...(v4.status === 'fulfilled' ? v4.value.map((address) => ({ address, family: 4 })) : []),
    ...(v6.status === 'fulfilled' ? v6.value.map((address) => ({ address, family: 6 })) : []),
  ];
  if (found.length > 0) return found;
  const error: unknown = v4.status === 'rejected' ? v4.reason : undefined;
  // Not known, or no server to ask: /etc/hosts may know. A server that is broken or silent is not asked a second time.
  if (['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'].includes(codeOf(error))) return askSystem(hostname);
  throw error;
}

function limited(max: number, run: ResolveHost): ResolveHost {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (hostname) => {
    if (running >= max) await new Promise<void>((resume) => waiting.push(resume));
    else running++;
    try {
      return await run(hostname);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** The `code` of a Node error, or an empty text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
