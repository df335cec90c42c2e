import { createHmac, type KeyObject } from 'node:crypto';
import { signingKeys } from './signing-keys.ts';

/** What a request is signed from. `body` is sent exactly as it is; `nextSecret` is set while a rotation is under way. */
export interface Signable {
  eventId: string;
  eventType: string;
  body: Uint8Array;
  secret: string;
  nextSecret?: string | null;
  nowMs: number;
}

/**
 * All headers of one signed request.
 *
 * During a rotation `webhook-signature` carries a signature of each secret, the next one first; the X-Ttoolab-Signature
 * header can hold only one and stays with the old secret until the next is promoted.
 * @throws HubError HUB_SECRET_UNREADABLE when a secret is not `whsec_` and base64
 */
export function signRequest(request: Signable): Record<string, string> {
  const { eventId, eventType, body, secret, nextSecret, nowMs } = request;
  const timestamp = String(Math.floor(nowMs / 1000));
  const keys = signingKeys(secret);
  const standard = `v1,${standardDigest(keys.decoded, { id: eventId, timestamp, body })}`;
  const next = nextSecret
    ? `v1,${standardDigest(signingKeys(nextSecret).decoded, { id: eventId, timestamp, body })} `
    : '';
  return {
    'X-Ttoolab-Event-Id': eventId,
    'X-Ttoolab-Event-Type': eventType,
    'X-Ttoolab-Timestamp': timestamp,
    'X-Ttoolab-Signature': ttoolabDigest(keys.text, timestamp, body),
    'Content-Type': 'application/json',
    'User-Agent': 'Ttoolab-Webhooks/1.0',
    'webhook-id': eventId,
    'webhook-timestamp': timestamp,
    'webhook-signature': next + standard,
  };
}

/** Lower-case hex over the timestamp immediately followed by the body. */
export function ttoolabDigest(key: KeyObject, timestamp: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(timestamp).update(body).digest('hex');
}

/** Base64 over `id.timestamp.body`. */
export function standardDigest(
  key: KeyObject,
  message: { id: string; timestamp: string; body: Uint8Array },
): string {
  return createHmac('sha256', key)
    .update(`${message.id}.${message.timestamp}.`)
    .update(message.body)
    .digest('base64');
}
