import { z } from 'zod';

/** The key of the embedded development stack. Everyone can read it here, so production refuses it. */
export const SAMPLE_MASTER_KEY = 'dHRvb2xhYi1odWItc2FtcGxlLW1hc3Rlci1rZXktMzI=';

const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** Base64 of exactly 32 bytes → a Buffer. */
export const masterKey = () =>
  z
    .string('must be set: base64 of 32 random bytes, from `openssl rand -base64 32`')
    .regex(BASE64, 'must be base64 of exactly 32 bytes, as `openssl rand -base64 32` prints')
    .transform((text) => Buffer.from(text, 'base64'));
