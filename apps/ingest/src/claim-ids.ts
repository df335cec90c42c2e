import { HubError, describeError } from '#errors';
import type { Log } from '#log';
import type { Claim, ClaimRow } from './claim.ts';
import type { EventIdStore } from './event-id.store.ts';

interface Waiting {
  row: ClaimRow;
  resolve: (claim: Claim) => void;
  reject: (error: unknown) => void;
}

const MAX_ROWS = 500;
const MAX_WAIT_MS = 1_000;
const UNCHECKED: Claim = { kind: 'open', createdAtMs: undefined };

/** Claims ids in batches: one statement is under way while the next ids gather. */
export class ClaimIds {
  readonly #store: EventIdStore;
  readonly #log: Log;
  #waiting: Waiting[] = [];
  #published: { projectId: string; id: string }[] = [];
  #isRunning = false;

  constructor(store: EventIdStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /**
   * While PostgreSQL is away every claim is open: events still come in, and the worker drops the second delivery of an
   * id; only another body under the same id goes unnoticed.
   */
  claim(row: ClaimRow): Promise<Claim> {
    return new Promise((resolve, reject) => {
      // A database that hangs is as good as one that is away: nobody waits for it longer than for an answer.
      const timer = setTimeout(() => resolve(UNCHECKED), MAX_WAIT_MS);
      const settle = (claim: Claim) => {
        clearTimeout(timer);
        resolve(claim);
      };
      this.#waiting.push({ row, resolve: settle, reject });
      this.#start();
    });
  }

  /** Remembers that Kafka has the event. Lost in a crash it costs one more publication, which the worker drops. */
  markPublished(projectId: string, id: string): void {
    this.#published.push({ projectId, id });
    this.#start();
  }

  #start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0 || this.#published.length > 0) {
      await this.#claimSome(this.#waiting.splice(0, MAX_ROWS));
      await this.#markSome(this.#published.splice(0, MAX_ROWS));
    }
    this.#isRunning = false;
  }

  async #claimSome(some: readonly Waiting[]): Promise<void> {
    if (some.length === 0) return;
    try {
      const claims = await this.#store.claim(some.map(({ row }) => row));
      some.forEach(({ resolve }, index) => resolve(claims[index] ?? UNCHECKED));
    } catch (error) {
      const isAway = error instanceof HubError && error.code === 'HUB_DATABASE_UNAVAILABLE';
      if (isAway) this.#log.warn({ reason: describeError(error), ids: some.length }, 'event_ids.unchecked');
      for (const { resolve, reject } of some) {
        if (isAway) resolve(UNCHECKED);
        else reject(error);
      }
    }
  }

  async #markSome(some: readonly { projectId: string; id: string }[]): Promise<void> {
    if (some.length === 0) return;
    await this.#store
      .markPublished(some)
      .catch((error: unknown) => this.#log.warn({ reason: describeError(error) }, 'event_ids.unmarked'));
  }
}
