import type { Queryable } from '#database';
import { HubError } from '#errors';
import { headerOwner, rewrapSecret, type MasterKeys } from '#webhooks';
import { RekeyStore, type SealedRow } from './rekey.store.ts';

/** What a run did: destinations rewrapped, already under the current key, and under a key that is not known. */
export interface Rekeyed {
  rewrapped: number;
  current: number;
  unreadable: number;
}

const ROWS_AT_ONCE = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Brings every stored secret under the current master key, batch by batch, while the hub runs. It looks for what is
 * under another key, so a run that was ended is gone on with by the next; a row that changes meanwhile is taken again.
 */
export async function rekey(database: Queryable, keys: MasterKeys): Promise<Rekeyed> {
  const store = new RekeyStore(database);
  let [rewrapped, unreadable, afterId] = [0, 0, BEFORE_ALL];
  for (;;) {
    const rows = await store.under(keys.currentId, afterId, ROWS_AT_ONCE);
    const done = rows.flatMap((row) => tryRewrap(row, keys) ?? []);
    const written = await store.replace(done);
    rewrapped += written;
    const isContested = written < done.length;
    if (!isContested) {
      unreadable += rows.length - done.length;
      afterId = rows.at(-1)?.id ?? afterId;
    }
    if (rows.length < ROWS_AT_ONCE && !isContested) break;
  }
  return { rewrapped, current: (await store.count()) - rewrapped - unreadable, unreadable };
}

/** The row under the current key; undefined when a key that it needs is not known. */
function tryRewrap(row: SealedRow, keys: MasterKeys): SealedRow | undefined {
  const rewrap = (blob: Buffer, owner: string) => rewrapSecret(blob, keys, owner) ?? blob;
  const { id, secret, nextSecret, headers } = row;
  try {
    // A kind of destination without a signing secret keeps none.
    const isSigned = secret.length > 0;
    const rewrapped = Object.entries(headers).map(([name, text]) => [
      name,
      rewrap(Buffer.from(text, 'base64'), headerOwner(id, name)).toString('base64'),
    ]);
    return {
      ...row,
      secret: isSigned ? rewrap(secret, id) : secret,
      nextSecret: nextSecret && rewrap(nextSecret, id),
      headers: Object.fromEntries(rewrapped) as Record<string, string>,
    };
  } catch (error) {
    if (error instanceof HubError && error.code === 'HUB_SECRET_UNREADABLE') return undefined;
    throw error;
  }
}
