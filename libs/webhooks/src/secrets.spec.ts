import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { HubError } from '#errors';
import { decryptSecret, encryptSecret, generateSecret, MasterKeys, rewrapSecret } from './index.ts';

const [key, older] = [randomBytes(32), randomBytes(32)];
const keys = new MasterKeys(key);
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
    const blob = encryptSecret(secret, keys, destination);
    expect(decryptSecret(blob, keys, destination)).toBe(secret);
    expect(decryptSecret(new Uint8Array(blob), keys, destination)).toBe(secret);
  });

  it('is stored differently each time, under a version byte and the id of its master key', () => {
    const [a, b] = [
      encryptSecret('whsec_AAAA', keys, destination),
      encryptSecret('whsec_AAAA', keys, destination),
    ];
    expect(a.equals(b)).toBe(false);
    expect(a[0]).toBe(2);
    expect(a.subarray(1, 9).equals(keys.currentId)).toBe(true);
    expect(keys.currentId).toHaveLength(8);
    expect(a.includes('whsec_')).toBe(false);
    expect(a.includes(key)).toBe(false);
  });

  it('is unreadable with another key, for another destination, or with any byte changed or missing', () => {
    const blob = encryptSecret(generateSecret(), keys, destination);
    const foreign = new MasterKeys(randomBytes(32), [randomBytes(32)]);
    expect(code(() => decryptSecret(blob, foreign, destination))).toBe('HUB_SECRET_UNREADABLE');
    expect(code(() => decryptSecret(blob, keys, 'another'))).toBe('HUB_SECRET_UNREADABLE');
    for (let at = 0; at < blob.length; at++) {
      const changed = Buffer.from(blob);
      changed.writeUInt8(blob.readUInt8(at) ^ 1, at);
      expect(code(() => decryptSecret(changed, keys, destination))).toBe('HUB_SECRET_UNREADABLE');
      expect(code(() => decryptSecret(blob.subarray(0, at), keys, destination))).toBe(
        'HUB_SECRET_UNREADABLE',
      );
    }
  });

  it('never appears in the error', () => {
    const secret = generateSecret();
    const blob = encryptSecret(secret, keys, destination);
    blob[blob.length - 1] = (blob.at(-1) ?? 0) ^ 1;
    try {
      decryptSecret(blob, keys, destination);
    } catch (error) {
      expect(JSON.stringify([String(error), error])).not.toContain(secret.slice(6, 20));
    }
    expect.assertions(1);
  });
});

describe('a change of the master key', () => {
  const secret = generateSecret();
  const old = encryptSecret(secret, new MasterKeys(older), destination);
  const both = new MasterKeys(key, [older]);

  it('leaves stored secrets readable while the previous key is known', () => {
    expect(decryptSecret(old, both, destination)).toBe(secret);
    expect(code(() => decryptSecret(old, keys, destination))).toBe('HUB_SECRET_UNREADABLE');
  });

  it('wraps the data key anew and leaves the encrypted secret as it is', () => {
    const rewrapped = rewrapSecret(old, both, destination);
    expect(decryptSecret(rewrapped ?? old, keys, destination)).toBe(secret);
    expect(rewrapped?.subarray(69).equals(old.subarray(69))).toBe(true);
    expect(rewrapped?.subarray(0, 69).equals(old.subarray(0, 69))).toBe(false);
    expect(code(() => decryptSecret(rewrapped ?? old, new MasterKeys(older), destination))).toBe(
      'HUB_SECRET_UNREADABLE',
    );
  });

  it('has nothing to do for what is under the current key', () => {
    expect(rewrapSecret(encryptSecret(secret, both, destination), both, destination)).toBeNull();
  });

  it('rewraps nothing for another owner, nor without the key', () => {
    expect(code(() => rewrapSecret(old, both, 'another'))).toBe('HUB_SECRET_UNREADABLE');
    expect(code(() => rewrapSecret(old, keys, destination))).toBe('HUB_SECRET_UNREADABLE');
  });
});
