import { hashApiKey, isApiKey } from '#database';
import { describeError, HubError } from '#errors';
import type { Log } from '#log';
import type { ApiKeyStore, Credential } from './api-key.store.ts';

const FRESH_MS = 5_000;
/** What lasts asks every 2.5 s: with an answer that is this old at most, it ends within 5 s too. */
const FRESH_FOR_LASTING_MS = 2_000;
const STALE_AFTER_WAITING_MS = 500;
const TOUCH_EVERY_MS = 60_000;
const MAX_KNOWN = 10_000;
const MAX_UNKNOWN = 1_000;

interface Entry {
  credential: Credential | undefined;
  /** What the answer says is as old as the question. */
  askedAt: number;
}

/**
 * Answers whose a key is, from memory for 5 s and from PostgreSQL otherwise. While PostgreSQL does not answer, a key
 * that was good before stays good, so that events still come in.
 */
export class ApiKeyCache {
  readonly #store: Pick<ApiKeyStore, 'find' | 'touch'>;
  readonly #log: Log;
  readonly #now: () => number;
  readonly #known = new Map<string, Entry>();
  // Apart, so that guessing keys pushes no good one out.
  readonly #unknown = new Map<string, Entry>();
  readonly #lookups = new Map<string, Promise<Credential | undefined>>();
  #uses = new Map<string, Date>();
  readonly #touching: NodeJS.Timeout;

  constructor(store: Pick<ApiKeyStore, 'find' | 'touch'>, log: Log, now: () => number = Date.now) {
    this.#store = store;
    this.#log = log;
    this.#now = now;
    this.#touching = setInterval(() => void this.flush(), TOUCH_EVERY_MS).unref();
  }

  /**
   * The credential of a key, or undefined for one that is unknown or revoked.
   * @param isLasting for an answer that goes on for as long as it is asked for again and again
   * @throws HubError HUB_DATABASE_UNAVAILABLE when only PostgreSQL could tell
   */
  async find(key: string, isLasting = false): Promise<Credential | undefined> {
    const maxAgeMs = isLasting ? FRESH_FOR_LASTING_MS : FRESH_MS;
    const credential = isApiKey(key) ? await this.#findByHash(hashApiKey(key), maxAgeMs) : undefined;
    if (credential !== undefined) this.#uses.set(credential.keyId, new Date(this.#now()));
    return credential;
  }

  /** Writes when keys were last used; what cannot be written now is kept for the next time. */
  async flush(): Promise<void> {
    const uses = this.#uses;
    if (uses.size === 0) return;
    this.#uses = new Map();
    await this.#store.touch(uses).catch((error: unknown) => {
      this.#uses = new Map([...uses, ...this.#uses]);
      this.#log.warn({ reason: describeError(error) }, 'api_keys.touch_failed');
    });
  }

  /** Nest calls this when the process stops. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#touching);
    await this.flush();
  }

  async #findByHash(hash: Buffer, maxAgeMs: number): Promise<Credential | undefined> {
    const id = hash.toString('base64');
    const entry = this.#known.get(id) ?? this.#unknown.get(id);
    if (entry !== undefined && entry.askedAt + maxAgeMs > this.#now()) return entry.credential;
    const lookup = this.#lookups.get(id) ?? this.#lookUp(id, hash);
    return entry?.credential === undefined ? lookup : this.#orStale(lookup, entry);
  }

  #lookUp(id: string, hash: Buffer): Promise<Credential | undefined> {
    const askedAt = this.#now();
    const lookup = this.#store
      .find(hash)
      .then((credential) => this.#remember(id, { credential, askedAt }))
      .finally(() => this.#lookups.delete(id));
    this.#lookups.set(id, lookup);
    return lookup;
  }

  /** A database that is away or frozen must not make each request wait for it: the stale answer then counts anew. */
  async #orStale(lookup: Promise<Credential | undefined>, entry: Entry): Promise<Credential | undefined> {
    const { promise: waited, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, STALE_AFTER_WAITING_MS);
    const stale = () => {
      entry.askedAt = this.#now();
      return entry.credential;
    };
    try {
      return await Promise.race([lookup, waited.then(stale)]);
    } catch (error) {
      if (error instanceof HubError && error.code === 'HUB_DATABASE_UNAVAILABLE') return stale();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #remember(id: string, entry: Entry): Credential | undefined {
    const { credential } = entry;
    const [into, outOf, limit] =
      credential === undefined
        ? [this.#unknown, this.#known, MAX_UNKNOWN]
        : [this.#known, this.#unknown, MAX_KNOWN];
    outOf.delete(id);
    into.set(id, entry);
    const oldest = into.keys().next();
    if (into.size > limit && oldest.done === false) into.delete(oldest.value);
    return credential;
  }
}
