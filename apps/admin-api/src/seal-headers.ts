import { encryptSecret, headerOwner, type MasterKeys } from '#webhooks';

/** Encrypted headers as their column holds them: base64 by name. */
export type SealedHeaders = Record<string, string>;

/** What to do to the headers of a webhook, values encrypted. */
export interface HeaderChange {
  /** Everything that was there goes first. */
  isWhole: boolean;
  removed: string[];
  set: SealedHeaders;
}

/** Encrypts the values, each for its place. @param headers by name in lower case */
export function sealHeaders(
  headers: Readonly<Record<string, string>>,
  keys: MasterKeys,
  webhookId: string,
): SealedHeaders {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    encryptSecret(value, keys, headerOwner(webhookId, name)).toString('base64'),
  ]);
  return Object.fromEntries(entries) as SealedHeaders;
}

/** A checked change with its values encrypted. @param headers null takes off all */
export function toHeaderChange(
  headers: Readonly<Record<string, string | null>> | null,
  keys: MasterKeys,
  webhookId: string,
): HeaderChange {
  const entries = Object.entries(headers ?? {});
  const set = entries.filter((entry): entry is [string, string] => entry[1] !== null);
  return {
    isWhole: headers === null,
    removed: entries.flatMap(([name, value]) => (value === null ? [name] : [])),
    set: sealHeaders(Object.fromEntries(set), keys, webhookId),
  };
}
