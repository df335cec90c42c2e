import { timingSafeEqual } from 'node:crypto';
import { signingKeys } from './signing-keys.ts';
import { standardDigest, ttoolabDigest } from './sign-request.ts';

/** How far a timestamp may be from now, in either direction. */
export const TOLERANCE_SECONDS = 300;

const HEADERS = {
  ttoolab: { id: 'x-ttoolab-event-id', timestamp: 'x-ttoolab-timestamp', signature: 'x-ttoolab-signature' },
  standard: { id: 'webhook-id', timestamp: 'webhook-timestamp', signature: 'webhook-signature' },
} as const;

/** A request as received. Header names in any case; `body` is the exact bytes. */
export interface Received {
  scheme: 'ttoolab' | 'standard';
  headers: Readonly<Record<string, string | undefined>>;
  body: Uint8Array;
  secret: string;
  nowMs: number;
}

/** Whether a request is genuine, or the first thing found wrong with it. */
export type Verdict =
  | { ok: true }
  | {
      ok: false;
      reason: 'header-missing' | 'timestamp-invalid' | 'timestamp-out-of-tolerance' | 'signature-mismatch';
    };

/**
 * Checks one signature scheme of a received request, in constant time.
 * @throws HubError HUB_SECRET_UNREADABLE when the secret is not `whsec_` and base64
 */
export function verifySignature(received: Received): Verdict {
  const { scheme, body, secret, nowMs } = received;
  const names = HEADERS[scheme];
  const headers = lowerCased(received.headers);
  const [id, timestamp, signature] = [
    headers.get(names.id),
    headers.get(names.timestamp),
    headers.get(names.signature),
  ];
  if (!id || !timestamp || !signature) return { ok: false, reason: 'header-missing' };
  if (!/^\d{1,15}$/.test(timestamp)) return { ok: false, reason: 'timestamp-invalid' };
  if (Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) > TOLERANCE_SECONDS) {
    return { ok: false, reason: 'timestamp-out-of-tolerance' };
  }
  const keys = signingKeys(secret);
  const isGenuine =
    scheme === 'ttoolab'
      ? isEqual(signature, ttoolabDigest(keys.text, timestamp, body))
      : hasSignature(signature, `v1,${standardDigest(keys.decoded, { id, timestamp, body })}`);
  return isGenuine ? { ok: true } : { ok: false, reason: 'signature-mismatch' };
}

function hasSignature(list: string, expected: string): boolean {
  // No early exit: which of several signatures fits is not to show in the time taken.
  let isFound = false;
  for (const each of list.split(' ')) isFound = isEqual(each, expected) || isFound;
  return isFound;
}

function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function lowerCased(headers: Received['headers']): Map<string, string | undefined> {
  return new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
