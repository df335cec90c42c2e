import { afterEach, describe, expect, it } from 'vitest';
import { generateApiKey } from '#database';
import { HubError } from '#errors';
import { createLog } from '#log';
import { ApiKeyCache } from './api-key.cache.ts';
import type { Credential } from './api-key.store.ts';

const log = createLog('test', { level: 'silent' });
const { key, hash } = generateApiKey();
const credential: Credential = { keyId: 'k', name: 'ci', tenantId: 't', projectId: 'p', scopes: ['*'] };
let cache: ApiKeyCache | undefined;
afterEach(() => cache?.onModuleDestroy());

function setUp() {
  const state = {
    now: 0,
    asked: 0,
    touched: [] as ReadonlyMap<string, Date>[],
    answer: async (): Promise<Credential | undefined> => credential,
    isTouchBroken: false,
  };
  const store = {
    async find(asked: Buffer) {
      state.asked += 1;
      return asked.equals(hash) ? state.answer() : undefined;
    },
    async touch(uses: ReadonlyMap<string, Date>) {
      if (state.isTouchBroken) throw new HubError('HUB_DATABASE_UNAVAILABLE', 'away');
      state.touched.push(uses);
    },
  };
  cache = new ApiKeyCache(store, log, () => state.now);
  return { state, cache };
}

describe('an API key cache', () => {
  it('asks the store once for requests at the same time, and again after 5 s', async () => {
    const { state, cache } = setUp();
    expect(await Promise.all([cache.find(key), cache.find(key)])).toEqual([credential, credential]);
    state.now = 4_999;
    await cache.find(key);
    expect(state.asked).toBe(1);
    state.now = 5_000;
    await cache.find(key);
    expect(state.asked).toBe(2);
  });

  it('lets a revoked key in no longer than 5 s', async () => {
    const { state, cache } = setUp();
    await cache.find(key);
    state.answer = async () => undefined;
    state.now = 5_000;
    expect(await cache.find(key)).toBeUndefined();
  });

  it('counts the 5 s from when it asked, however late the answer comes', async () => {
    const { state, cache } = setUp();
    state.answer = async () => {
      state.now += 4_000;
      return credential;
    };
    await cache.find(key);
    state.answer = async () => undefined;
    state.now = 4_999;
    expect(await cache.find(key)).toEqual(credential);
    state.now = 5_000;
    expect(await cache.find(key)).toBeUndefined();
  });

  it('asks after 2 s for what lasts, which itself asks every 2.5 s', async () => {
    const { state, cache } = setUp();
    await cache.find(key);
    state.now = 1_999;
    await cache.find(key, true);
    expect(state.asked).toBe(1);
    state.answer = async () => undefined;
    state.now = 2_000;
    expect(await cache.find(key)).toEqual(credential);
    expect(await cache.find(key, true)).toBeUndefined();
  });

  it('asks for nothing that cannot be a key', async () => {
    const { state, cache } = setUp();
    expect(await cache.find('thk_short')).toBeUndefined();
    expect(state.asked).toBe(0);
  });

  it('keeps a good key good while the database is away, and says so for others', async () => {
    const { state, cache } = setUp();
    await cache.find(key);
    state.answer = async () => {
      throw new HubError('HUB_DATABASE_UNAVAILABLE', 'away');
    };
    state.now = 86_400_000;
    expect(await cache.find(key)).toEqual(credential);
    expect(await cache.find(key)).toEqual(credential);
    expect(state.asked).toBe(2);
    await cache.onModuleDestroy();
    const fresh = setUp();
    fresh.state.answer = state.answer;
    await expect(fresh.cache.find(key)).rejects.toMatchObject({ code: 'HUB_DATABASE_UNAVAILABLE' });
  });

  it('does not make a known key wait for a database that hangs', async () => {
    const { state, cache } = setUp();
    await cache.find(key);
    state.answer = () => new Promise(() => undefined);
    state.now = 5_000;
    expect(await cache.find(key)).toEqual(credential);
  });

  it('writes uses in one batch and keeps what it could not write', async () => {
    const { state, cache } = setUp();
    await cache.find(key);
    state.isTouchBroken = true;
    await cache.flush();
    state.isTouchBroken = false;
    await cache.flush();
    await cache.flush();
    expect(state.touched).toEqual([new Map([['k', new Date(0)]])]);
  });
});
