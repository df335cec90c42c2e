import { createSecretKey, type KeyObject } from 'node:crypto';
import { HubError } from '#errors';

/** The two keys that one `whsec_` secret stands for. */
export interface SigningKeys {
  /** Key of X-Ttoolab-Signature: the whole text, prefix included, as UTF-8. */
  text: KeyObject;
  /** Key of webhook-signature: the decoded base64 part, as Standard Webhooks says. */
  decoded: KeyObject;
}

const SECRET =
  /^whsec_((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/;
const MAX_CACHED = 20_000;
const cache = new Map<string, SigningKeys>();

/**
 * The keys of a secret, kept so that a destination's next request does not decode it again.
 * @throws HubError HUB_SECRET_UNREADABLE when the text is not `whsec_` and base64
 */
export function signingKeys(secret: string): SigningKeys {
  const known = cache.get(secret);
  if (known) return known;
  const base64 = SECRET.exec(secret)?.[1];
  if (base64 === undefined)
    throw new HubError('HUB_SECRET_UNREADABLE', 'A webhook secret is not `whsec_` followed by base64');
  const keys = {
    text: createSecretKey(secret, 'utf8'),
    decoded: createSecretKey(base64, 'base64'),
  };
  // Everything at once, not the oldest: it happens so rarely that bookkeeping on each request would cost more.
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(secret, keys);
  return keys;
}
