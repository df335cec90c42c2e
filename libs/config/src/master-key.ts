import { z } from 'zod';

/** The key of the embedded development stack. Everyone can read it here, so production refuses it. */
export const SAMPLE_MASTER_KEY = 'dHRvb2xhYi1odWItc2FtcGxlLW1hc3Rlci1rZXktMzI=';

const BASE64 = /^[A-Za-z0-9+/]{43}=$/;
/** 32 random bytes have 30 different values or so; fewer than this many come from no random source. */
const LEAST_DISTINCT_BYTES = 16;

const toKey = (text: string) => Buffer.from(text, 'base64');

/** Base64 of exactly 32 bytes → a Buffer. */
export const masterKey = () =>
  z
    .string('must be set: base64 of 32 random bytes, from `openssl rand -base64 32`')
    .regex(BASE64, 'must be base64 of exactly 32 bytes, as `openssl rand -base64 32` prints')
    .transform(toKey);

/** Keys as `masterKey` takes them, separated by commas → Buffers. */
export const masterKeys = () =>
  z.string().transform((text, ctx) => {
    const parts = text.split(',').map((part) => part.trim());
    const filled = parts.filter((part) => part !== '');
    if (!filled.every((part) => BASE64.test(part)))
      ctx.addIssue({ code: 'custom', message: 'must be keys as MASTER_KEY is one, separated by commas' });
    return filled.map(toKey);
  });

/** Why production must not start with this MASTER_KEY; undefined when it may, or when its form is wrong anyway. */
export function productionFault(text: string | undefined): string | undefined {
  if (text === undefined || !BASE64.test(text)) return undefined;
  if (text === SAMPLE_MASTER_KEY) return 'must not be the sample key in production';
  const isRandom = new Set(toKey(text)).size >= LEAST_DISTINCT_BYTES;
  return isRandom ? undefined : 'must be random bytes in production';
}
