import type { FailureReason } from './egress-result.ts';
import { codeOf } from './resolve-host.ts';

/** A failure in the words of `EgressFailure`. */
export interface Failure {
  reason: FailureReason;
  detail: string;
  isOurs: boolean;
}

/** A failure to connect, classified where it happened. Passes through undici, so it is an Error. */
export class ConnectFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.detail, { cause });
    this.name = 'ConnectFailure';
    this.failure = failure;
  }
}

/** The address, or one of the addresses, is forbidden. Which one is not told. */
export const BLOCKED: Failure = {
  reason: 'blocked',
  detail: 'the address of the host is not allowed',
  isOurs: false,
};

const OUR_CODES = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETUNREACH',
  'ENETDOWN',
  'EACCES',
  'EPERM',
]);
const OUR_DNS_CODES = new Set(['ECONNREFUSED', 'ENOTINITIALIZED', 'EMFILE', 'ENOMEM', 'ECANCELLED']);
const SILENT_DNS_CODES = new Set(['ETIMEOUT', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const CONNECT_DETAILS = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was reset while it was opened'],
  ['EHOSTUNREACH', 'the host cannot be reached'],
  ['ENETUNREACH', 'the network cannot be reached'],
  ['ETIMEDOUT', 'no connection within the connect timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection within the connect timeout'],
]);

/**
 * A name that did not resolve. Silence is the domain's fault while other names resolve, and else taken as ours: a dead
 * name server here must not disable every webhook.
 */
export function dnsFailure(error: unknown, isResolverAlive: boolean): Failure {
  const code = codeOf(error);
  const isSilent = SILENT_DNS_CODES.has(code);
  const detail = isSilent
    ? 'the name servers did not answer in time'
    : `the host name did not resolve${inBrackets(code)}`;
  return { reason: 'dns', detail, isOurs: OUR_DNS_CODES.has(code) || (isSilent && !isResolverAlive) };
}

/** A connect that failed after the name resolved; `isTcpOpen` tells a TLS fault from one of the network. */
export function connectFailure(error: unknown, isTcpOpen: boolean): Failure {
  const code = codeOf(firstOf(error));
  const isTimeout = code === 'UND_ERR_CONNECT_TIMEOUT';
  if (isTcpOpen) {
    const detail = isTimeout
      ? 'no TLS handshake within the connect timeout'
      : `the TLS handshake failed${inBrackets(code)}`;
    return { reason: 'tls', detail, isOurs: false };
  }
  const detail = CONNECT_DETAILS.get(code) ?? `the connection failed${inBrackets(code)}`;
  return { reason: 'connect', detail, isOurs: OUR_CODES.has(code) };
}

/** A request that failed on an open connection before there was a status. */
export function exchangeFailure(error: unknown): Failure {
  if (error instanceof ConnectFailure) return error.failure;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) {
    return {
      reason: 'protocol',
      detail: 'the response is not valid HTTP/1.1 here (interim 100 or an upgrade nobody asked for)',
      isOurs: false,
    };
  }
  if (isReset(error))
    return { reason: 'reset', detail: 'the connection was closed before a response', isOurs: false };
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return { reason: 'protocol', detail: 'the response headers are too large', isOurs: false };
  if (code === 'UND_ERR_INVALID_ARG')
    return { reason: 'protocol', detail: 'the request holds an invalid header', isOurs: true };
  return {
    reason: 'protocol',
    detail: `the response is not valid HTTP/1.1${inBrackets(code)}`,
    isOurs: false,
  };
}

/** Whether the peer closed or reset the connection. */
export function isReset(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'UND_ERR_SOCKET') return error instanceof Error && !error.message.startsWith('bad ');
  return ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT', 'ENOTCONN'].includes(code);
}

/** Node tries several addresses and then reports all failures together; the first tells as much as any. */
function firstOf(error: unknown): unknown {
  if (codeOf(error) !== '' || !(error instanceof AggregateError)) return error;
  return error.errors[0];
}

function inBrackets(code: string): string {
  return /^[A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : '';
}
