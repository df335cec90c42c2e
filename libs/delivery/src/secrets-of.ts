import type { Destination } from '#events';
import { decryptSecret, headerOwner, type MasterKeys } from '#webhooks';

/** A destination's secrets in clear; `next` while a rotation is under way. */
export interface Secrets {
  current: string;
  next: string | null;
  /** Headers of the user's own. */
  headers: Readonly<Record<string, string>>;
}

/** A next secret that nobody promoted takes over after this long. */
export const PROMOTE_AFTER_MS = 24 * 3_600_000;

/** What to sign with now, and what to add. @throws HubError HUB_SECRET_UNREADABLE */
export function secretsOf(
  destination: Pick<Destination, 'id' | 'secret' | 'nextSecret' | 'nextSecretAt' | 'headers'>,
  keys: MasterKeys,
  nowMs: number,
): Secrets {
  const { id, secret, nextSecret, nextSecretAt } = destination;
  const headers = headersOf(destination, keys);
  if (nextSecret === null || nextSecretAt === null)
    return { current: decryptSecret(secret, keys, id), next: null, headers };
  const next = decryptSecret(nextSecret, keys, id);
  if (nextSecretAt + PROMOTE_AFTER_MS <= nowMs) return { current: next, next: null, headers };
  return { current: decryptSecret(secret, keys, id), next, headers };
}

function headersOf({ id, headers }: Pick<Destination, 'id' | 'headers'>, keys: MasterKeys) {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    decryptSecret(value, keys, headerOwner(id, name)),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
