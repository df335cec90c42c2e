import { setTimeout as delay } from 'node:timers/promises';
import { HubError } from '#errors';
import type { Log } from '#log';
import type { Rows } from './rows.ts';

interface Waiting {
  rows: Rows;
  finish: () => void;
}

const LINGER_MS = 50;
const FULL_AT = 1_000;
const RETRY_MS = 1_000;

/** Gathers rows for some milliseconds and writes them in one transaction, again and again until PostgreSQL takes them. */
export class RecordWriter {
  readonly #write: (rows: Rows) => Promise<void>;
  readonly #log: Log;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  /** False while PostgreSQL does not take the rows. */
  isHealthy = true;

  constructor(write: (rows: Rows) => Promise<void>, log: Log) {
    this.#write = write;
    this.#log = log;
  }

  /** Calls `finish` once the rows are committed. */
  add(rows: Rows, finish: () => void): void {
    this.#waiting.push({ rows, finish });
    if (this.#isWriting) return;
    if (this.#waiting.length >= FULL_AT) void this.#writeAll();
    else this.#timer ??= setTimeout(() => void this.#writeAll(), LINGER_MS);
  }

  /** Gives up what is not written; it is read from the topic again. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #writeAll(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isWriting = true;
    while (this.#waiting.length > 0 && !this.#isStopped) {
      await this.#writeSome(this.#waiting.splice(0, FULL_AT));
      // The rest gathers a little before it goes, unless there is a whole statement of it.
      if (this.#waiting.length < FULL_AT) break;
    }
    this.#isWriting = false;
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => void this.#writeAll(), LINGER_MS);
  }

  async #writeSome(some: readonly Waiting[]): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#write(joinRows(some.map(({ rows }) => rows)));
        this.isHealthy = true;
        return some.forEach(({ finish }) => finish());
      } catch (error) {
        if (error instanceof HubError && error.code === 'HUB_DATABASE_REFUSED')
          return this.#separate(some, error);
        this.isHealthy = false;
        this.#log.warn({ err: error, records: some.length }, 'record.write_failed');
        await delay(RETRY_MS);
      }
    }
  }

  /** PostgreSQL will never take one of these: halves them until the guilty one stands alone, and leaves it out. */
  async #separate(some: readonly Waiting[], error: HubError): Promise<void> {
    const [first] = some;
    if (first === undefined) return;
    if (some.length === 1) {
      this.#log.error({ err: error, ids: idsOf(first.rows) }, 'record.refused');
      return first.finish();
    }
    const half = Math.ceil(some.length / 2);
    await this.#writeSome(some.slice(0, half));
    await this.#writeSome(some.slice(half));
  }
}

function joinRows(all: readonly Rows[]): Rows {
  return {
    events: all.flatMap(({ events }) => events),
    deliveries: all.flatMap(({ deliveries }) => deliveries),
    attempts: all.flatMap(({ attempts }) => attempts),
    forgotten: all.flatMap(({ forgotten = [] }) => forgotten),
  };
}

function idsOf({ events, deliveries }: Rows): { eventIds: string[]; deliveryIds: string[] } {
  return { eventIds: events.map(({ id }) => id), deliveryIds: deliveries.map(({ id }) => id) };
}
