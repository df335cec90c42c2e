import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { HubError } from '#errors';
import { MasterKeys } from './master-keys.ts';

const PREFIX = 'whsec_';
const VERSION = Buffer.of(2);
const KEY_ID_BYTES = 8;
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const BOX_BYTES = IV_BYTES + TAG_BYTES;
const HEAD_BYTES = VERSION.length + KEY_ID_BYTES;
const WRAPPED_BYTES = BOX_BYTES + KEY_BYTES;
const OVERHEAD_BYTES = HEAD_BYTES + WRAPPED_BYTES + BOX_BYTES;

/** A new webhook secret: `whsec_` and the base64 of 32 random bytes. */
export function generateSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/**
 * Encrypts a secret for storage: under a data key of its own, which is wrapped under the current master key (AES-256-GCM
 * both). Bound to its owner: moved to another row, it does not decrypt.
 * Layout: version (1 byte), id of the master key (8), wrapped data key (12 IV + 16 tag + 32), secret (12 + 16 + length).
 * @param owner what it belongs to: the destination's id, with the name of the field when it is not the signing secret
 */
export function encryptSecret(secret: string, keys: MasterKeys, owner: string): Buffer {
  const dataKey = randomBytes(KEY_BYTES);
  const sealed = seal(Buffer.from(secret, 'utf8'), dataKey, boundTo(VERSION, owner));
  return wrap(dataKey, sealed, keys, owner);
}

/**
 * The secret that `encryptSecret` stored.
 * @throws HubError HUB_SECRET_UNREADABLE when the key, the owner or a byte is not the one it was stored with
 */
export function decryptSecret(blob: Uint8Array, keys: MasterKeys, owner: string): string {
  const { dataKey, sealed } = unwrap(blob, keys, owner);
  return open(sealed, dataKey, boundTo(VERSION, owner), owner).toString('utf8');
}

/**
 * The same secret under the current master key: only its data key is wrapped anew. Null when it is under that already.
 * @throws HubError HUB_SECRET_UNREADABLE
 */
export function rewrapSecret(blob: Uint8Array, keys: MasterKeys, owner: string): Buffer | null {
  if (Buffer.from(blob).subarray(VERSION.length, HEAD_BYTES).equals(keys.currentId)) return null;
  const { dataKey, sealed } = unwrap(blob, keys, owner);
  return wrap(dataKey, sealed, keys, owner);
}

function wrap(dataKey: Buffer, sealed: Buffer, keys: MasterKeys, owner: string): Buffer {
  const head = Buffer.concat([VERSION, keys.currentId]);
  return Buffer.concat([head, seal(dataKey, keys.current, boundTo(head, owner)), sealed]);
}

function unwrap(blob: Uint8Array, keys: MasterKeys, owner: string): { dataKey: Buffer; sealed: Buffer } {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length <= OVERHEAD_BYTES || bytes[0] !== VERSION[0])
    throw unreadable('is not in a known format', owner);
  const head = bytes.subarray(0, HEAD_BYTES);
  const masterKey = keys.find(head.subarray(VERSION.length));
  if (masterKey === undefined)
    throw unreadable('was stored with a key that is neither MASTER_KEY nor in MASTER_KEY_PREVIOUS', owner);
  const wrapped = bytes.subarray(HEAD_BYTES, HEAD_BYTES + WRAPPED_BYTES);
  return {
    dataKey: open(wrapped, masterKey, boundTo(head, owner), owner),
    sealed: bytes.subarray(HEAD_BYTES + WRAPPED_BYTES),
  };
}

function seal(plain: Buffer, key: Buffer, bound: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]);
}

function open(box: Buffer, key: Buffer, bound: Buffer, owner: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(bound).setAuthTag(box.subarray(IV_BYTES, BOX_BYTES));
  try {
    return Buffer.concat([decipher.update(box.subarray(BOX_BYTES)), decipher.final()]);
  } catch (cause) {
    throw unreadable('does not decrypt', owner, cause);
  }
}

function boundTo(head: Buffer, owner: string): Buffer {
  return Buffer.concat([head, Buffer.from(owner, 'utf8')]);
}

function unreadable(why: string, owner: string, cause?: unknown): HubError {
  return new HubError('HUB_SECRET_UNREADABLE', `The secret of destination ${owner} ${why}`, {
    cause,
    destinationId: owner,
  });
}
