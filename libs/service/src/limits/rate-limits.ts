import { isIPv6 } from 'node:net';
import type { Config } from '#config';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyRequests } from '../problem.ts';

/** What is counted: events, requests that cost much, and all other requests. */
export type Turn = 'events' | 'costly' | 'requests';

/** Whose turn it is. */
export interface Caller {
  credentialId: string;
  tenantId: string | undefined;
}

/** Most turns of one credential and of one tenant; 0 is no limit. */
interface Pair {
  perCredential: RateLimiterMemory | undefined;
  perTenant: RateLimiterMemory | undefined;
}

const SECOND = 1;
const MINUTE = 60;
/** A tenant's credentials together may do so much more than one. */
const TENANT_FACTOR = 2;

/**
 * Counts requests and events by address, by credential and by tenant, in this process. Each method throws a 429 that says
 * when to come again.
 */
export class RateLimits {
  readonly #address: RateLimiterMemory | undefined;
  readonly #signIn: RateLimiterMemory | undefined;
  readonly #turns: Record<Turn, Pair>;

  constructor(settings: Config<'limits'>['limits']) {
    const { LIMIT_ADDRESS_REQUESTS, LIMIT_SIGN_INS, LIMIT_EVENTS, LIMIT_REQUESTS, LIMIT_COSTLY_REQUESTS } =
      settings;
    this.#address = limiter(LIMIT_ADDRESS_REQUESTS, SECOND);
    this.#signIn = limiter(LIMIT_SIGN_INS, MINUTE);
    this.#turns = {
      events: pair(LIMIT_EVENTS, SECOND),
      requests: pair(LIMIT_REQUESTS, SECOND),
      costly: pair(LIMIT_COSTLY_REQUESTS, MINUTE),
    };
  }

  /** One request of an address, whoever makes it. */
  async takeAddress(address: string): Promise<void> {
    await take(this.#address, bucketOf(address), 1);
  }

  /** One try to sign in, or anything else by which passwords and addresses of people could be guessed. */
  async takeSignIn(address: string): Promise<void> {
    await take(this.#signIn, bucketOf(address), 1);
  }

  /** @param count events of the request; 1 for what is counted by requests */
  async takeTurn(turn: Turn, { credentialId, tenantId }: Caller, count = 1): Promise<void> {
    const { perCredential, perTenant } = this.#turns[turn];
    await take(perCredential, credentialId, count);
    if (tenantId !== undefined) await take(perTenant, tenantId, count);
  }
}

function pair(points: number, duration: number): Pair {
  return { perCredential: limiter(points, duration), perTenant: limiter(points * TENANT_FACTOR, duration) };
}

function limiter(points: number, duration: number): RateLimiterMemory | undefined {
  return points === 0 ? undefined : new RateLimiterMemory({ points, duration });
}

/** More at once than a whole window allows waits for an empty window, instead of for ever. */
async function take(from: RateLimiterMemory | undefined, key: string, count: number): Promise<void> {
  if (from === undefined || count === 0) return;
  try {
    await from.consume(key, Math.min(count, from.points));
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw tooManyRequests(Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000)));
  }
}

/** Whoever has one IPv6 address has the /64 that it is in; IPv4 may come written as IPv6. */
function bucketOf(address: string): string {
  if (!isIPv6(address)) return address;
  return ipv4In(address) ?? prefixOf(address);
}

/** A server that listens on IPv6 too sees clients of IPv4 as ::ffff:192.0.2.1, in whichever spelling. */
function ipv4In(address: string): string | undefined {
  if (!address.toLowerCase().includes('ffff:')) return undefined;
  const { hostname } = new URL(`http://[${address.split('%', 1)[0]}]`);
  const [, high, low] = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(hostname) ?? [];
  if (high === undefined || low === undefined) return undefined;
  return [high, low].flatMap((group) => [...Buffer.from(group.padStart(4, '0'), 'hex')]).join('.');
}

function prefixOf(address: string): string {
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head.split(':').filter((group) => group !== '');
  if (tail === undefined || groups.length >= 4) return groups.slice(0, 4).join(':');
  const rest = tail.split(':').filter((group) => group !== '').length;
  return [...groups, ...Array<string>(Math.max(0, 8 - groups.length - rest)).fill('0')].slice(0, 4).join(':');
}
