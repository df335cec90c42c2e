import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HubError } from '#errors';
import { decryptSecret, encryptSecret, generateSecret, keyId } from './index.ts';

const key = randomBytes(32);
const destination = '0197a1b2-0000-7000-8000-000000000001';

function code(run: () => unknown): string {
  try {
    run();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof HubError ? error.code : String(error);
  }
}

describe('a webhook secret', () => {
  it('is whsec_ and the base64 of 32 bytes, new each time', () => {
    const secret = generateSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
    expect(generateSecret()).not.toBe(secret);
  });

  it('comes back from storage with the same key and destination', () => {
    const secret = generateSecret();
    const blob = encryptSecret(secret, key, destination);
    expect(decryptSecret(blob, key, destination)).toBe(secret);
    expect(decryptSecret(new Uint8Array(blob), key, destination)).toBe(secret);
  });

  it('is stored differently each time, under a version byte and the id of its key', () => {
    const [a, b] = [
      encryptSecret('whsec_AAAA', key, destination),
      encryptSecret('whsec_AAAA', key, destination),
    ];
    expect(a.equals(b)).toBe(false);
    expect(a[0]).toBe(1);
    expect(a.subarray(1, 9).equals(keyId(key))).toBe(true);
    expect(a.includes('whsec_')).toBe(false);
  });

  it('is unreadable with another key, for another destination, or with any byte changed or missing', () => {
    const blob = encryptSecret(generateSecret(), key, destination);
    expect(code(() => decryptSecret(blob, randomBytes(32), destination))).toBe('HUB_SECRET_UNREADABLE');
    expect(code(() => decryptSecret(blob, key, 'another'))).toBe('HUB_SECRET_UNREADABLE');
    for (let at = 0; at < blob.length; at++) {
      const changed = Buffer.from(blob);
      changed.writeUInt8(blob.readUInt8(at) ^ 1, at);
      expect(code(() => decryptSecret(changed, key, destination))).toBe('HUB_SECRET_UNREADABLE');
      expect(code(() => decryptSecret(blob.subarray(0, at), key, destination))).toBe('HUB_SECRET_UNREADABLE');
    }
  });

  it('never appears in the error', () => {
    const secret = generateSecret();
    const blob = encryptSecret(secret, key, destination);
    blob[blob.length - 1] = (blob.at(-1) ?? 0) ^ 1;
    try {
      decryptSecret(blob, key, destination);
    } catch (error) {
      expect(JSON.stringify([String(error), error])).not.toContain(secret.slice(6, 20));
    }
    expect.assertions(1);
  });
});
