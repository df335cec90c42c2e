import { setTimeout as delay } from 'node:timers/promises';
import { ERROR_CODES, HubError } from '#errors';
import type { WrittenEvent } from '#events';
import type { Message, Position, RawRecord, TopicPartition } from '#kafka';
import type { Log } from '#log';
import type { Metrics } from '#service';
import { toTables } from './to-tables.ts';
import type { Step, Warehouse } from './warehouse.ts';

/** What the writer works with. */
export interface SinkWriterParts {
  warehouse: Warehouse;
  /** Puts a record away whose value the warehouse will never take. */
  deadLetter: (record: RawRecord, error: unknown) => Promise<void>;
  /** Somebody else has written or rewound partitions: asks anew where they stand. */
  moved: () => void;
  metrics: Pick<Metrics, 'warehouseRows' | 'warehouseSeconds'>;
  log: Log;
}

type Entry = Message<WrittenEvent | undefined>;

/** What the sink fails on. */
export interface SinkFailure {
  /** One sentence a code: every tenant may read it, and a driver's own words tell of hosts, paths and values. */
  message: string;
  at: Date;
}

const LINGER_MS = 200;
const MAX_ENTRIES = 1_500;
const RETRY_MS = 1_000;

/**
 * Gathers events and writes them with the offsets that they end at, in the order in which they came. What cannot be
 * written now is tried again and again; nothing behind it is written before.
 */
export class SinkWriter {
  readonly #parts: SinkWriterParts;
  readonly #stored = new Map<string, number>();
  readonly #writtenUntil = new Map<string, number>();
  #waiting: Entry[] = [];
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Changes whenever what is gathered becomes void. */
  #round = 0;
  #failure: SinkFailure | undefined;
  #hasFailed = false;

  constructor(parts: SinkWriterParts) {
    this.#parts = parts;
  }

  /** False while the warehouse does not take the rows. */
  get isHealthy(): boolean {
    return !this.#hasFailed;
  }

  /** The last failure, until rows are written again. */
  get failure(): SinkFailure | undefined {
    return this.#failure;
  }

  /** When Kafka took the newest event of a partition that this process has written. */
  writtenUntil(partition: TopicPartition): Date | null {
    const ms = this.#writtenUntil.get(keyOf(partition));
    return ms === undefined ? null : new Date(ms);
  }

  /** Where the partitions stand that this process writes. */
  get stored(): ReadonlyMap<string, number> {
    return this.#stored;
  }

  add(entries: readonly Entry[]): void {
    for (const entry of entries) this.#waiting.push(entry);
    if (this.#writing !== undefined) return;
    if (this.#waiting.length >= MAX_ENTRIES) this.#start();
    else this.#timer ??= setTimeout(() => this.#start(), LINGER_MS);
  }

  /** Drops what is gathered, and tells from the warehouse where to go on. */
  async positions(partitions: readonly TopicPartition[]): Promise<Position[]> {
    this.#drop();
    await this.#writing;
    try {
      const progress = await this.#parts.warehouse.progress();
      this.#stored.clear();
      const known = new Map(progress.map(({ offset, ...partition }) => [keyOf(partition), offset]));
      for (const partition of partitions)
        this.#stored.set(keyOf(partition), known.get(keyOf(partition)) ?? 0);
      this.#hasFailed = false;
      return partitions.map((partition) => ({
        ...partition,
        offset: this.#stored.get(keyOf(partition)) ?? 0,
      }));
    } catch (error) {
      this.note(error);
      throw error;
    }
  }

  /** Remembers a failure for whoever asks what is wrong; the caller logs it. */
  note(error: unknown): void {
    this.#hasFailed = true;
    this.#failure = { message: sentenceOf(error), at: new Date() };
  }

  /** Writes what is gathered, for up to `graceMs`; not while the warehouse takes nothing. */
  async settle(graceMs: number): Promise<void> {
    const deadline = Date.now() + graceMs;
    const isBusy = () => this.#waiting.length > 0 || this.#writing !== undefined;
    while (isBusy() && !this.#hasFailed && Date.now() < deadline) await delay(10);
  }

  /** Gives up what is not written; it is read from the topic again. */
  async stop(): Promise<void> {
    this.#drop();
    await this.#writing;
  }

  #drop(): void {
    this.#round += 1;
    this.#waiting = [];
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writeAll(this.#round)
      .catch((error: unknown) => {
        this.note(error);
        this.#parts.log.warn({ err: error }, 'sink.write_failed');
      })
      .finally(() => {
        this.#writing = undefined;
        if (this.#waiting.length > 0) this.add([]);
      });
  }

  async #writeAll(round: number): Promise<void> {
    while (this.#waiting.length > 0 && round === this.#round) {
      const some = this.#waiting.slice(0, MAX_ENTRIES);
      if (!(await this.#writeSome(some, round))) return;
      this.#waiting.splice(0, some.length);
      if (this.#waiting.length < MAX_ENTRIES) return;
    }
  }

  /** @returns whether they are written; not when they have become void */
  async #writeSome(some: readonly Entry[], round: number): Promise<boolean> {
    while (round === this.#round) {
      try {
        return await this.#write(some, round);
      } catch (error) {
        if (error instanceof HubError && error.code === 'HUB_WAREHOUSE_REFUSED')
          return this.#separate(some, error, round);
        this.note(error);
        this.#parts.log.warn({ err: error, records: some.length }, 'sink.write_failed');
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
    return false;
  }

  async #write(some: readonly Entry[], round: number): Promise<boolean> {
    const { warehouse, metrics, log, moved } = this.#parts;
    const startedAt = performance.now();
    const steps = this.#stepsOf(some);
    const events = some.flatMap(({ decoded: written, timestampMs: acceptedAtMs }) =>
      written === undefined ? [] : [{ written, acceptedAtMs }],
    );
    const loaded = await warehouse.write({ tables: toTables(events, Date.now()), steps });
    if (round !== this.#round) return false;
    if (loaded.kind === 'moved') {
      log.info({ partitions: steps.length }, 'sink.moved');
      this.#drop();
      moved();
      return false;
    }
    for (const { to, ...partition } of steps) this.#stored.set(keyOf(partition), to);
    for (const { finish, timestampMs, ...partition } of some) {
      this.#writtenUntil.set(keyOf(partition), timestampMs);
      finish();
    }
    this.#hasFailed = false;
    this.#failure = undefined;
    const ms = Math.round(performance.now() - startedAt);
    metrics.warehouseRows.inc(loaded.rows);
    metrics.warehouseSeconds.observe(ms / 1_000);
    const repeated = events.length - loaded.rows;
    log.info(
      { records: some.length, rows: loaded.rows, repeated, partitions: steps.length, ms },
      'sink.written',
    );
    return true;
  }

  #stepsOf(some: readonly Entry[]): Step[] {
    const steps = new Map<string, Step>();
    for (const { topic, partition, offset } of some) {
      const key = keyOf({ topic, partition });
      steps.set(key, { topic, partition, from: this.#stored.get(key) ?? 0, to: offset + 1 });
    }
    return [...steps.values()];
  }

  /** The warehouse will never take one of these: halves them until it stands alone, and puts it away. */
  async #separate(some: readonly Entry[], error: HubError, round: number): Promise<boolean> {
    const [first] = some;
    if (first === undefined || round !== this.#round) return false;
    if (some.length === 1) {
      this.#parts.log.error({ err: error, topic: first.topic, offset: first.offset }, 'sink.refused');
      await this.#parts.deadLetter(first, error);
      return this.#writeSome([{ ...first, decoded: undefined }], round);
    }
    const half = Math.ceil(some.length / 2);
    return (await this.#writeSome(some.slice(0, half), round)) && this.#writeSome(some.slice(half), round);
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof HubError
    ? ERROR_CODES[error.code].meaning
    : 'The sink has failed; its log says on what.';
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
