import { setTimeout as pause } from 'node:timers/promises';
import { describeError } from '#errors';
import type { Destination, Erasure } from '#events';
import type { OutgoingRecord, Topics } from '#kafka';
import type { Log } from '#log';
import type { OutboxRow, OutboxStore } from './outbox.store.ts';
import { toDestination } from './to-destination.ts';
import { toErasure } from './to-erasure.ts';

const ROWS_AT_ONCE = 500;
const EVERY_MS = 1_000;
const SEND_DEADLINE_MS = 5_000;
const BUSY_PAUSE_MS = 20;

/** Where changes are published to. */
export interface Announcer {
  topics: Pick<Topics, 'destinations' | 'erasures'>;
  encode: {
    destinations(destination: Destination): Buffer;
    erasures(erasure: Erasure): Buffer;
  };
  send(record: OutgoingRecord): Promise<unknown>;
}

/**
 * Publishes changes of destinations, and erasures, from the outbox, in their order: right after a commit when asked, and every second
 * for what a crash or an outage left behind.
 */
export class OutboxRelay {
  readonly #store: OutboxStore;
  readonly #announcer: Announcer;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #following: Promise<void> | undefined;

  constructor(store: OutboxStore, announcer: Announcer, log: Log) {
    this.#store = store;
    this.#announcer = announcer;
    this.#log = log;
  }

  /** Resolves when everything committed before the call is published, or after `timeoutMs`; never rejects. */
  async flush(timeoutMs = 2_000): Promise<void> {
    const stop = new AbortController();
    await Promise.race([this.#drainAgain(), pause(timeoutMs, undefined, { signal: stop.signal })]);
    stop.abort();
  }

  /** Nest calls this once everything is wired. */
  onModuleInit(): void {
    this.#timer = setInterval(() => void this.#drainAgain(), EVERY_MS);
  }

  /** Nest calls this when the process stops. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** A drain under way may have read before the caller's commit, so the caller waits for one that starts after it. */
  #drainAgain(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#following ??= this.#running.then(() => this.#start());
    return this.#following;
  }

  #start(): Promise<void> {
    this.#following = undefined;
    this.#running = this.#drain().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #drain(): Promise<void> {
    try {
      for (;;) {
        const published = await this.#store.drain(ROWS_AT_ONCE, (rows) => this.#publish(rows));
        if (published === undefined) await pause(BUSY_PAUSE_MS);
        else if (published < ROWS_AT_ONCE) return;
      }
    } catch (error) {
      this.#log.warn({ reason: describeError(error) }, 'outbox.relay_failed');
    }
  }

  async #publish(rows: OutboxRow[]): Promise<void> {
    const { topics, send } = this.#announcer;
    await Promise.all(
      rows.map((row) =>
        send({
          topic: topics[row.role],
          key: row.key,
          value: this.#encode(row),
          deadlineMs: SEND_DEADLINE_MS,
        }),
      ),
    );
  }

  #encode(row: OutboxRow): Buffer | null {
    const { encode } = this.#announcer;
    if (row.role === 'erasures') return row.value && encode.erasures(toErasure(row.value));
    return row.value && encode.destinations(toDestination(row.value));
  }
}
