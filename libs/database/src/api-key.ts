import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'thk_';
const KEY = /^thk_[A-Za-z0-9_-]{43}$/;
const SHOWN_CHARACTERS = PREFIX.length + 8;

/** A new API key: `key` is shown once, `prefix` names it in lists, `hash` is all that is stored. */
export interface NewApiKey {
  key: string;
  prefix: string;
  hash: Buffer;
}

/** `thk_` and 256 random bits as base64url. */
export function generateApiKey(): NewApiKey {
  const key = PREFIX + randomBytes(32).toString('base64url');
  return { key, prefix: key.slice(0, SHOWN_CHARACTERS), hash: hashApiKey(key) };
}

/**
 * The digest that a key is stored and found by. One round of SHA-256 is right here: a slow hash protects passwords
 * that can be guessed, and 256 random bits cannot be; and the digest is computed on each request.
 */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** Whether a text has the form of a key, so that nonsense costs no query. */
export function isApiKey(text: string): boolean {
  return KEY.test(text);
}
