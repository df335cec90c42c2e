import { isIP, Socket, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { BLOCKED, ConnectFailure, connectFailure, dnsFailure } from './classify-error.ts';
import { codeOf, type ResolveHost } from './resolve-host.ts';

/** How connections are opened. `extraCa`: PEM certificates trusted beside the usual ones. */
export interface ConnectRules {
  guard: AddressGuard;
  resolve: ResolveHost;
  connectTimeoutMs: number;
  extraCa?: readonly string[];
}

const MAX_CACHED_TLS_SESSIONS = 1_000;

/** For so long after an answer of the name servers, their silence about another name is that name's fault. */
const ALIVE_MS = 60_000;

/**
 * Opens connections to allowed addresses only. A name is resolved once and the addresses that were checked are the ones
 * connected to, so that a second answer of the name server cannot slip in between. Always reports a `ConnectFailure`.
 */
export function createGuardedConnect(rules: ConnectRules): buildConnector.connector {
  const names = { answeredAt: -Infinity };
  const open = buildConnector({
    allowH2: false,
    timeout: rules.connectTimeoutMs,
    lookup: guardedLookup(rules, names),
    autoSelectFamily: true,
    // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
    rejectUnauthorized: true,
    maxCachedSessions: MAX_CACHED_TLS_SESSIONS,
    ...(rules.extraCa ? { ca: [...getCACertificates('default'), ...rules.extraCa] } : {}),
  });
  return (options, callback) => {
    const isLiteral = isIP(options.hostname) !== 0;
    // `lookup` is never called for a literal address.
    if (isLiteral && !rules.guard.isAllowed(options.hostname)) {
      process.nextTick(callback, new ConnectFailure(BLOCKED), null);
      return;
    }
    const reached = { address: isLiteral, peer: false };
    const socket: unknown = open(options, (error, opened) => {
      if (opened) callback(null, opened);
      else callback(failureOf(error, reached, names), null);
    });
    if (socket instanceof Socket) {
      socket.once('lookup', () => (reached.address = true));
      socket.once('connect', () => (reached.peer = true));
    }
  };
}

interface NameServers {
  answeredAt: number;
}

function failureOf(
  error: unknown,
  reached: { address: boolean; peer: boolean },
  names: NameServers,
): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  if (!reached.address) return new ConnectFailure(dnsFailure(error, isAlive(names)), error);
  return new ConnectFailure(connectFailure(error, reached.peer), error);
}

function guardedLookup({ guard, resolve }: ConnectRules, names: NameServers): LookupFunction {
  return (hostname, options, callback) => {
    // In nextTick: an error that a lookup reports synchronously is thrown before undici listens, and ends the process.
    const fail = (failure: ConnectFailure) => process.nextTick(callback, failure, '', 0);
    resolve(hostname).then(
      (found) => {
        names.answeredAt = performance.now();
        const [first] = found;
        if (!first) return fail(new ConnectFailure(dnsFailure(undefined, true)));
        // One forbidden address blocks all: otherwise a fall-through to the next address would reach it.
        if (!found.every(({ address }) => guard.isAllowed(address))) return fail(new ConnectFailure(BLOCKED));
        if (options.all) process.nextTick(callback, null, found);
        else process.nextTick(callback, null, first.address, first.family);
      },
      (error: unknown) => {
        if (codeOf(error) === 'ENOTFOUND') names.answeredAt = performance.now();
        fail(new ConnectFailure(dnsFailure(error, isAlive(names)), error));
      },
    );
  };
}

function isAlive(names: NameServers): boolean {
  return performance.now() - names.answeredAt < ALIVE_MS;
}
