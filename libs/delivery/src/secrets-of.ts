import type { Destination } from '#events';
import { decryptSecret } from '#webhooks';

/** A destination's secrets in clear; `next` while a rotation is under way. */
export interface Secrets {
  current: string;
  next: string | null;
}

/** A next secret that nobody promoted takes over after this long. */
export const PROMOTE_AFTER_MS = 24 * 3_600_000;

/** What secrets to sign with now. @throws HubError HUB_SECRET_UNREADABLE */
export function secretsOf(
  destination: Pick<Destination, 'id' | 'secret' | 'nextSecret' | 'nextSecretAt'>,
  masterKey: Buffer,
  nowMs: number,
): Secrets {
  const { id, secret, nextSecret, nextSecretAt } = destination;
  if (nextSecret === null || nextSecretAt === null)
    return { current: decryptSecret(secret, masterKey, id), next: null };
  const next = decryptSecret(nextSecret, masterKey, id);
  if (nextSecretAt + PROMOTE_AFTER_MS <= nowMs) return { current: next, next: null };
  return { current: decryptSecret(secret, masterKey, id), next };
}
