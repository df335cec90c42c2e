import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '#errors';
import type { Log } from '#log';
import type { Admin, Consumer as KafkaConsumer, EachBatchPayload, Kafka } from 'kafkajs';
import { SHORT_RETRY, createClient, type KafkaSettings } from './connect.ts';
import { findEnds } from './find-ends.ts';
import type { Decoder } from './message.ts';
import { runConsumer } from './run-consumer.ts';

/** How a compacted topic becomes a table in memory. */
export interface TableOptions<T> {
  settings: KafkaSettings;
  topic: string;
  decoder: Decoder<T>;
  /** Called for each record in the order of its partition; `undefined` for a tombstone. With when it was appended, Unix ms. */
  apply: (key: string, value: T | undefined, timestampMs: number) => void;
}

const STALE_AFTER_MS = 10_000;
const REPLACE_AFTER_MS = 30_000;

/** Follows every partition of a compacted topic from its beginning; each process has the whole of it. */
export class Table<T> {
  readonly #options: TableOptions<T>;
  readonly #log: Log;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #positions = new Map<number, number>();
  #consumer: KafkaConsumer | undefined;
  #groupId = '';
  #watch: NodeJS.Timeout | undefined;
  #lastFetchAt = 0;
  #isStopped = false;
  #isReplacing = false;

  constructor(options: TableOptions<T>, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#kafka = createClient(options.settings, `${options.topic}.table`, log);
    this.#admin = this.#kafka.admin();
  }

  /** Reads the topic up to its present end, then goes on following it. */
  async start(): Promise<void> {
    await this.#admin.connect();
    await this.#connect();
    await this.catchUp();
    this.#watch = setInterval(() => {
      if (Date.now() - this.#lastFetchAt > REPLACE_AFTER_MS) void this.#replace();
    }, 1_000);
  }

  /** Still following. A stale table keeps what it has. */
  get isHealthy(): boolean {
    return Date.now() - this.#lastFetchAt < STALE_AFTER_MS;
  }

  /** Resolves when everything that is in the topic now has been applied. */
  async catchUp(timeoutMs = 30_000): Promise<void> {
    const ends = await findEnds(this.#admin, this.#options.topic);
    const deadline = Date.now() + timeoutMs;
    const isBehind = () =>
      ends.some(
        ({ partition, low, high }) =>
          Number(high) > Number(low) && (this.#positions.get(partition) ?? 0) < Number(high),
      );
    while (isBehind()) {
      if (Date.now() > deadline)
        throw new Error(`${this.#options.topic} was not read to its end within ${timeoutMs} ms`);
      await delay(2);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#watch);
    await this.#consumer?.disconnect();
    // The group was only this process's; leaving it behind would litter the cluster until it expires.
    await this.#admin
      .deleteGroups([this.#groupId])
      .catch((error: unknown) => this.#log.debug({ err: error }, 'table.group_left'));
    await this.#admin.disconnect();
  }

  /** @returns false when it died again while it joined the group */
  async #connect(): Promise<boolean> {
    this.#groupId = `${this.#options.topic}.table.${randomUUID()}`;
    const consumer = this.#kafka.consumer({
      groupId: this.#groupId,
      maxWaitTimeInMs: 500,
      sessionTimeout: this.#options.settings.KAFKA_SESSION_TIMEOUT,
      heartbeatInterval: Math.floor(this.#options.settings.KAFKA_SESSION_TIMEOUT / 3),
      retry: { ...SHORT_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    consumer.on(consumer.events.FETCH, () => {
      this.#lastFetchAt = Date.now();
    });
    consumer.on(consumer.events.GROUP_JOIN, () => {
      // From the beginning again, rows long changed or deleted would come back for a moment.
      for (const [partition, position] of this.#positions)
        consumer.seek({ topic: this.#options.topic, partition, offset: String(position) });
    });
    consumer.on(consumer.events.CRASH, () => void this.#replace());
    this.#consumer = consumer;
    await consumer.connect();
    await consumer.subscribe({ topic: this.#options.topic, fromBeginning: true });
    this.#lastFetchAt = Date.now();
    return runConsumer(consumer, { autoCommit: false, eachBatch: (payload) => this.#apply(payload) });
  }

  async #apply({ batch }: EachBatchPayload): Promise<void> {
    const { decoder, apply, topic } = this.#options;
    await decoder.learn(batch.messages.flatMap(({ value }) => (value === null ? [] : [value])));
    for (const { key, value, offset, timestamp } of batch.messages) {
      try {
        if (key !== null)
          apply(key.toString(), value === null ? undefined : decoder.decode(value), Number(timestamp));
      } catch (error) {
        // One unreadable row must not hide all others; what it held before stays.
        this.#log.error({ topic, offset, reason: describeError(error) }, 'table.row_unreadable');
      }
    }
    this.#positions.set(batch.partition, Number(batch.lastOffset()) + 1);
  }

  async #replace(): Promise<void> {
    if (this.#isReplacing || this.#isStopped) return;
    this.#isReplacing = true;
    while (!this.#isStopped) {
      try {
        const disconnected = this.#consumer
          ?.disconnect()
          .catch((error: unknown) => this.#log.debug({ err: error }, 'table.disconnect_failed'));
        await Promise.race([disconnected, delay(3_000, undefined, { ref: false })]);
        if (await this.#connect()) break;
      } catch (error) {
        this.#log.warn({ err: error, topic: this.#options.topic }, 'table.connect_failed');
      }
      await delay(1_000);
    }
    this.#isReplacing = false;
  }
}
