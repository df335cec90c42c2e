import { HubError } from '#errors';

// Classes and codes of SQLSTATE after which the same statement may well succeed later. Among them a refused sign-in and
// a missing database (28, 3D): an operator mends those while the process goes on trying.
const PASSING_CLASSES = new Set(['08', '28', '3D', '53', '57', '58']);
const PASSING_STATES = new Set(['25006', '25P03', '40001', '40P01', '55000', '55P03']);
const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
// What `pg` itself throws without a code.
const DRIVER_WORDS = /terminated|timeout|timed out|not queryable|connection error|Connection ended|the pool/i;

/** Tells trouble that passes (HUB_DATABASE_UNAVAILABLE) from a statement that will never work (HUB_DATABASE_REFUSED). */
export function classifyFailure(error: unknown): HubError {
  if (error instanceof HubError) return error;
  const { code, message, constraint } = describe(error);
  if (isPassing(code, message)) {
    return new HubError('HUB_DATABASE_UNAVAILABLE', 'PostgreSQL is not available', {
      cause: error,
      sqlState: code,
    });
  }
  return new HubError('HUB_DATABASE_REFUSED', 'PostgreSQL refused a statement', {
    cause: error,
    sqlState: code,
    constraint,
  });
}

function describe(error: unknown): { code: string; message: string; constraint?: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const known = error as Error & { code?: string; constraint?: string };
  // A connect to several addresses fails with an AggregateError that has no message of its own.
  return { code: known.code ?? '', message: known.message, constraint: known.constraint };
}

function isPassing(code: string, message: string): boolean {
  if (NETWORK_CODES.has(code) || PASSING_STATES.has(code)) return true;
  if (/^[0-9A-Z]{5}$/.test(code)) return PASSING_CLASSES.has(code.slice(0, 2));
  return DRIVER_WORDS.test(message);
}
