import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptSecret, headerOwner, MasterKeys } from '#webhooks';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { PROMOTE_AFTER_MS, secretsOf } from './secrets-of.ts';

const NOW = 1_750_000_000_000;
const keys = new MasterKeys(randomBytes(32));
const { id } = sampleDestination();
const sealed = (secret: string) => encryptSecret(secret, keys, id);
const at = (nextSecretAt: number | null, nextSecret: Buffer | null = sealed('whsec_bmV4dA==')) =>
  secretsOf({ id, secret: sealed('whsec_Y3VycmVudA=='), nextSecret, nextSecretAt, headers: {} }, keys, NOW);

const both = { current: 'whsec_Y3VycmVudA==', next: 'whsec_bmV4dA==', headers: {} };
const promoted = { current: 'whsec_bmV4dA==', next: null, headers: {} };

describe('the secrets of a destination', () => {
  it('are one, as long as there is no rotation', () => {
    const one = { current: 'whsec_Y3VycmVudA==', next: null, headers: {} };
    expect(at(null, null)).toEqual(one);
    expect(at(null)).toEqual(one);
    expect(at(NOW, null)).toEqual(one);
  });

  it.each([
    ['just begun', NOW, both],
    ['begun by a clock ahead of ours', NOW + 60_000, both],
    ['one millisecond short of 24 h', NOW - PROMOTE_AFTER_MS + 1, both],
    ['24 h old', NOW - PROMOTE_AFTER_MS, promoted],
    ['a year old', NOW - 365 * PROMOTE_AFTER_MS, promoted],
  ])('with a rotation %s', (_, nextSecretAt, expected) => {
    expect(at(nextSecretAt)).toEqual(expected);
  });

  it('are promoted after 24 h', () => {
    expect(PROMOTE_AFTER_MS).toBe(24 * 60 * 60 * 1_000);
  });

  it('are unreadable with another key, whichever of the two it is', () => {
    const foreign = encryptSecret('whsec_AAAA', new MasterKeys(randomBytes(32)), id);
    const unreadable = expect.objectContaining({ code: 'HUB_SECRET_UNREADABLE' });
    expect(() => at(NOW, foreign)).toThrow(unreadable);
    expect(() => secretsOf(sampleDestination({ secret: foreign }), keys, NOW)).toThrow(unreadable);
  });

  it('come with the headers of the user, each bound to its name', () => {
    const value = encryptSecret('Bearer abc', keys, headerOwner(id, 'authorization'));
    const destination = sampleDestination({
      secret: sealed('whsec_AAAA'),
      headers: { authorization: value },
    });
    expect(secretsOf(destination, keys, NOW).headers).toEqual({ authorization: 'Bearer abc' });
    const moved = { ...destination, headers: { 'x-api-key': value } };
    expect(() => secretsOf(moved, keys, NOW)).toThrow(
      expect.objectContaining({ code: 'HUB_SECRET_UNREADABLE' }),
    );
  });
});
