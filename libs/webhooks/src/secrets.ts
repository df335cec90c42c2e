import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { HubError } from '#errors';

const PREFIX = 'whsec_';
const VERSION = 1;
const KEY_ID_BYTES = 8;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + KEY_ID_BYTES;
const OVERHEAD_BYTES = HEAD_BYTES + IV_BYTES + TAG_BYTES;

/** A new webhook secret: `whsec_` and the base64 of 32 random bytes. */
export function generateSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/**
 * Encrypts a secret for storage (AES-256-GCM), bound to its destination: moved to another row, it does not decrypt.
 * Layout: version (1 byte), id of the master key (8), IV (12), tag (16), ciphertext.
 */
export function encryptSecret(secret: string, masterKey: Buffer, destinationId: string): Buffer {
  const head = Buffer.concat([Buffer.of(VERSION), keyId(masterKey)]);
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', masterKey, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(head, destinationId));
  const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([head, iv, cipher.getAuthTag(), ciphertext]);
}

/**
 * The secret that `encryptSecret` stored.
 * @throws HubError HUB_SECRET_UNREADABLE when the key, the destination or a byte is not the one it was stored with
 */
export function decryptSecret(blob: Uint8Array, masterKey: Buffer, destinationId: string): string {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (bytes.length <= OVERHEAD_BYTES || bytes[0] !== VERSION)
    throw unreadable('is not in a known format', destinationId);
  const head = bytes.subarray(0, HEAD_BYTES);
  if (!head.subarray(1).equals(keyId(masterKey)))
    throw unreadable('was stored with another MASTER_KEY', destinationId);
  const iv = bytes.subarray(HEAD_BYTES, HEAD_BYTES + IV_BYTES);
  const tag = bytes.subarray(HEAD_BYTES + IV_BYTES, OVERHEAD_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', masterKey, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(head, destinationId)).setAuthTag(tag);
  try {
    return Buffer.concat([decipher.update(bytes.subarray(OVERHEAD_BYTES)), decipher.final()]).toString(
      'utf8',
    );
  } catch (cause) {
    throw unreadable('does not decrypt', destinationId, cause);
  }
}

/** Names the master key that a stored secret needs, so that a later rotation can tell old from new; tells nothing of the key. */
export function keyId(masterKey: Buffer): Buffer {
  return createHash('sha256').update(masterKey).digest().subarray(0, KEY_ID_BYTES);
}

function boundTo(head: Buffer, destinationId: string): Buffer {
  return Buffer.concat([head, Buffer.from(destinationId, 'utf8')]);
}

function unreadable(why: string, destinationId: string, cause?: unknown): HubError {
  return new HubError('HUB_SECRET_UNREADABLE', `The secret of destination ${destinationId} ${why}`, {
    cause,
    destinationId,
  });
}
