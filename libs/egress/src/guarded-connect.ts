import { isIP, Socket, type LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.ts';
import { BLOCKED, ConnectFailure, connectFailure, dnsFailure } from './classify-error.ts';
import type { OwnEndpoints } from './own-endpoints.ts';
import { codeOf, type ResolveHost } from './resolve-host.ts';

/** How connections are opened. `extraCa`: PEM certificates trusted beside the usual ones. */
export interface ConnectRules {
  guard: AddressGuard;
  /** What no connection may reach, whatever the guard allows. */
  own: Pick<OwnEndpoints, 'hasPort' | 'hasAddress'>;
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
  const { guard, own } = rules;
  const anywhere = (address: string) => guard.isAllowed(address);
  const notOurs = (address: string) => guard.isAllowed(address) && !own.hasAddress(address);
  // A lookup is not told the port, so a port of our own has a connector of its own.
  const openAnywhere = createConnector(rules, guardedLookup(rules, anywhere, names));
  const openNotOurs = createConnector(rules, guardedLookup(rules, notOurs, names));
  return (options, callback) => {
    const isOwnPort = own.hasPort(portOf(options));
    const [open, isAllowed] = isOwnPort ? [openNotOurs, notOurs] : [openAnywhere, anywhere];
    const isLiteral = isIP(options.hostname) !== 0;
    // `lookup` is never called for a literal address.
    if (isLiteral && !isAllowed(options.hostname)) {
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

function createConnector(rules: ConnectRules, lookup: LookupFunction): buildConnector.connector {
  return buildConnector({
    allowH2: false,
    timeout: rules.connectTimeoutMs,
    lookup,
    autoSelectFamily: true,
    // Said here, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment changes nothing.
    rejectUnauthorized: true,
    maxCachedSessions: MAX_CACHED_TLS_SESSIONS,
    ...(rules.extraCa ? { ca: [...getCACertificates('default'), ...rules.extraCa] } : {}),
  });
}

function portOf({ port, protocol }: buildConnector.Options): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
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

function guardedLookup(
  { resolve }: ConnectRules,
  isAllowed: (address: string) => boolean,
  names: NameServers,
): LookupFunction {
  return (hostname, options, callback) => {
    // In nextTick: an error that a lookup reports synchronously is thrown before undici listens, and ends the process.
    const fail = (failure: ConnectFailure) => process.nextTick(callback, failure, '', 0);
    resolve(hostname).then(
      (found) => {
        names.answeredAt = performance.now();
        const [first] = found;
        if (!first) return fail(new ConnectFailure(dnsFailure(undefined, true)));
        // One forbidden address blocks all: otherwise a fall-through to the next address would reach it.
        if (!found.every(({ address }) => isAllowed(address))) return fail(new ConnectFailure(BLOCKED));
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
