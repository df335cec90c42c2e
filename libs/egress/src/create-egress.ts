import type { Log } from '#log';
import { createAddressGuard } from './address-guard.ts';
import { Connections } from './connections.ts';
import type { EgressFailure, EgressResult } from './egress-result.ts';
import { Exchange } from './exchange.ts';
import { createGuardedConnect } from './guarded-connect.ts';
import { OwnEndpoints, type OwnEndpoint } from './own-endpoints.ts';
import { createResolver, type ResolveHost } from './resolve-host.ts';

/** Settings, in the sections and names of `#config`; what is below `extraCa` has defaults. */
export interface EgressOptions {
  egress: { EGRESS_ALLOW: readonly string[]; EGRESS_HTTPS_ONLY: boolean; MAX_RESPONSE_BYTES: number };
  delivery: { CONNECT_TIMEOUT: number };
  /** PEM certificates to trust beside the usual ones. */
  extraCa?: readonly string[];
  /** Servers of the hub itself, which no request may reach. */
  own?: readonly OwnEndpoint[];
  /** In place of the name servers. */
  resolve?: ResolveHost;
  /** Most connections to one scheme, host and port at a time; further requests wait. */
  maxConnectionsPerOrigin?: number;
  /** Most idle connections over all origins. */
  maxIdleConnections?: number;
  idleTimeoutMs?: number;
}

/** One POST. `timeoutMs` spans everything, from name lookup to the last byte; `body` is sent as it is. */
export interface PostRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  timeoutMs: number;
  signal?: AbortSignal;
}

/** The only way out of the hub to a URL that a customer chose. */
export interface Egress {
  /** Never rejects: whatever happens is a value. Redirects are not followed. */
  post(request: PostRequest): Promise<EgressResult>;
  /** What is held now, for metrics. */
  connections(): { origins: number; open: number; idle: number };
  /** Requests in flight end as `interrupted`, later ones at once. Drain first. */
  close(): Promise<void>;
}

interface Target {
  origin: string;
  path: string;
  refusal: string | null;
}

const MAX_KNOWN_TARGETS = 20_000;
// The body is kept raw for people to read, so receivers are asked not to compress it; some answer 406 without `accept`.
const OWN_HEADERS = { accept: '*/*', 'accept-encoding': 'identity' };

/**
 * Connections are opened on demand and kept for `idleTimeoutMs`; there is nothing to start.
 * @throws HubError HUB_CONFIG_INVALID when EGRESS_ALLOW holds something else than CIDR ranges
 */
export function createEgress(options: EgressOptions, log: Log): Egress {
  const { EGRESS_ALLOW, EGRESS_HTTPS_ONLY, MAX_RESPONSE_BYTES } = options.egress;
  const own = new OwnEndpoints(options.own ?? []);
  const stopFollowing = own.follow();
  const connect = createGuardedConnect({
    guard: createAddressGuard(EGRESS_ALLOW),
    own,
    resolve: options.resolve ?? createResolver(),
    connectTimeoutMs: options.delivery.CONNECT_TIMEOUT,
    extraCa: options.extraCa,
  });
  const connections = new Connections(connect, {
    maxPerOrigin: options.maxConnectionsPerOrigin ?? 256,
    maxIdle: options.maxIdleConnections ?? 2_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 4_000,
  });
  if (EGRESS_ALLOW.length > 0) log.warn({ ranges: EGRESS_ALLOW }, 'egress.special-ranges-allowed');
  const targetOf = cachedTargets(EGRESS_HTTPS_ONLY);
  let isClosed = false;

  const interruptibleBy = followedSignals();

  const send = (request: PostRequest, target: Target) =>
    new Promise<EgressResult>((resolve) => {
      const { body, timeoutMs, signal } = request;
      const { origin, path } = target;
      const outgoing = { origin, path, headers: { ...request.headers, ...OWN_HEADERS }, body, timeoutMs };
      const stoppable = signal && interruptibleBy(signal);
      const settle = (result: EgressResult) => {
        stoppable?.delete(exchange);
        resolve(result);
      };
      const exchange = new Exchange(outgoing, { connections, maxBodyBytes: MAX_RESPONSE_BYTES, settle });
      stoppable?.add(exchange);
      exchange.start();
    });

  return {
    post(request) {
      const target = targetOf(request.url);
      if (target.refusal !== null) return Promise.resolve(refused('blocked', target.refusal));
      if (isClosed || request.signal?.aborted)
        return Promise.resolve(refused('interrupted', 'stopped before it began'));
      return send(request, target);
    },
    connections: () => connections.count(),
    close() {
      isClosed = true;
      stopFollowing();
      return connections.close();
    },
  };
}

/**
 * What each signal would interrupt. One listener a signal: taking a listener off again is a walk over all of them, and a
 * worker passes the same signal with every request.
 */
function followedSignals(): (signal: AbortSignal) => Set<Exchange> {
  const followed = new WeakMap<AbortSignal, Set<Exchange>>();
  return (signal) => {
    const known = followed.get(signal);
    if (known) return known;
    const exchanges = new Set<Exchange>();
    followed.set(signal, exchanges);
    signal.addEventListener('abort', () => exchanges.forEach((exchange) => exchange.interrupt()), {
      once: true,
    });
    return exchanges;
  };
}

/** Parsing a URL costs as much as signing, and a destination's is the same on every delivery. */
function cachedTargets(isHttpsOnly: boolean): (url: string) => Target {
  const known = new Map<string, Target>();
  return (url) => {
    const found = known.get(url);
    if (found) return found;
    if (known.size >= MAX_KNOWN_TARGETS) known.clear();
    const target = toTarget(url, isHttpsOnly);
    known.set(url, target);
    return target;
  };
}

function toTarget(text: string, isHttpsOnly: boolean): Target {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { origin: '', path: '', refusal: 'the URL is not an http or https URL' };
  }
  const refusal = isHttpsOnly && url.protocol !== 'https:' ? 'only https is allowed' : null;
  return { origin: url.origin, path: url.pathname + url.search, refusal };
}

function refused(reason: 'blocked' | 'interrupted', detail: string): EgressFailure {
  const timing = { sentMs: null, respondedMs: null };
  const isOurs = reason === 'interrupted';
  return { kind: 'failure', reason, detail, wasSent: false, isOurs, durationMs: 0, timing, isResent: false };
}
