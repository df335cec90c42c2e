import { setTimeout as delay } from 'node:timers/promises';
import { HubError, describeError } from '#errors';
import type { Log } from '#log';
import type { KafkaMessage } from 'kafkajs';
import { toRawRecord, type Batch, type Decoder, type Message, type RawRecord } from './message.ts';
import type { OwnedPartition } from './partition-book.ts';

/** What a stage does with messages, and with those it can do nothing with. */
export interface HandOverOptions<T> {
  decoder: Decoder<T>;
  /** Takes on a batch; may return before its messages are finished. A throw hands the unfinished ones over again. */
  handle: (batch: Batch<T>) => Promise<void>;
  /** Puts away a record that cannot be decoded, or that makes the handler throw again and again. */
  deadLetter: (record: RawRecord, error: unknown) => Promise<void>;
}

/** Where a stage cut a batch off, and until when. */
interface Cut {
  offset: number;
  untilMs: number;
}

/** What became of a batch: the last offset taken on, and until when the rest was handed back. */
export interface HandedOver {
  resolved: number | undefined;
  returnedUntilMs: number | undefined;
}

const MAX_TRIES = 3;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5_000;

/** Hands fetched records to a stage: decodes, retries, and isolates the one that fails for ever. */
export class HandOver<T> {
  readonly #options: HandOverOptions<T>;
  readonly #log: Log;
  #isStopped = false;
  #failures = 0;

  constructor(options: HandOverOptions<T>, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** Whether the last try of the handler, or of a dead letter, failed. */
  get isFailing(): boolean {
    return this.#failures > 0;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async batch(
    owned: OwnedPartition,
    fetched: readonly KafkaMessage[],
    heartbeat: () => Promise<void>,
  ): Promise<HandedOver> {
    const records = fetched.map((message) => toRawRecord(owned.topic, owned.partition, message));
    const fresh = records.filter(({ offset, value }) => owned.tracker.add(offset, value?.length ?? 0));
    try {
      const cut = await this.#take(owned, fresh, heartbeat);
      const resolved = records.findLast(({ offset }) => cut === undefined || offset < cut.offset)?.offset;
      return { resolved, returnedUntilMs: cut?.untilMs };
    } catch (error) {
      // A rebalance broke in: what was not handed over must be taken on again when it is fetched again.
      if (fresh[0] !== undefined) owned.tracker.dropFrom(fresh[0].offset);
      throw error;
    }
  }

  async #take(
    owned: OwnedPartition,
    fresh: readonly RawRecord[],
    heartbeat: () => Promise<void>,
  ): Promise<Cut | undefined> {
    const messages = await this.#decode(owned, fresh, heartbeat);
    let cut: Cut | undefined;
    const { topic, partition, assignmentId } = owned;
    const returnUntil: Batch<T>['returnUntil'] = ({ offset }, untilMs) => {
      cut = { offset, untilMs };
      owned.tracker.dropFrom(offset);
    };
    if (messages.length > 0)
      await this.#handle({ topic, partition, assignmentId, messages, returnUntil }, heartbeat);
    return cut;
  }

  async #decode(
    owned: OwnedPartition,
    records: readonly RawRecord[],
    heartbeat: () => Promise<void>,
  ): Promise<Message<T>[]> {
    const values = records.flatMap(({ value }) => (value === null ? [] : [value]));
    const learn = () => this.#options.decoder.learn(values);
    if (!(await this.#persist('consumer.learn_failed', learn, heartbeat))) return [];
    const messages: Message<T>[] = [];
    for (const record of records) {
      const finish = finisherOf(owned, record.offset);
      try {
        messages.push({ ...record, decoded: this.#options.decoder.decode(requireValue(record)), finish });
      } catch (error) {
        if (await this.#bury(record, error, heartbeat)) finish();
      }
    }
    return messages;
  }

  async #handle(batch: Batch<T>, heartbeat: () => Promise<void>): Promise<void> {
    for (let tries = 1; tries === 1 || !this.#isStopped; tries += 1) {
      try {
        await this.#options.handle(batch);
        this.#failures = 0;
        return;
      } catch (error) {
        this.#log.warn(
          { err: error, topic: batch.topic, partition: batch.partition, tries },
          'consumer.handler_failed',
        );
        if (!isPassing(error) && tries >= MAX_TRIES) return this.#isolate(batch, error, heartbeat);
        await this.#backOff(heartbeat);
      }
    }
  }

  /** A batch that keeps failing is handed over message by message, so that only the guilty one is put away. */
  async #isolate(batch: Batch<T>, error: unknown, heartbeat: () => Promise<void>): Promise<void> {
    const [first] = batch.messages;
    if (batch.messages.length === 1 && first !== undefined) {
      if (await this.#bury(first, error, heartbeat)) first.finish();
      return;
    }
    for (const message of batch.messages) await this.#handle({ ...batch, messages: [message] }, heartbeat);
  }

  /** @returns whether the record is put away, and so may be finished */
  async #bury(record: RawRecord, error: unknown, heartbeat: () => Promise<void>): Promise<boolean> {
    const { topic, partition, offset } = record;
    this.#log.warn({ topic, partition, offset, reason: describeError(error) }, 'event.dead');
    return this.#persist(
      'consumer.dead_letter_failed',
      () => this.#options.deadLetter(record, error),
      heartbeat,
    );
  }

  /** Tries until it is done. @returns false when the consumer stopped before that */
  async #persist(
    failure: string,
    action: () => Promise<void>,
    heartbeat: () => Promise<void>,
  ): Promise<boolean> {
    while (!this.#isStopped) {
      try {
        await action();
        this.#failures = 0;
        return true;
      } catch (error) {
        this.#log.warn({ err: error }, failure);
        await this.#backOff(heartbeat);
      }
    }
    return false;
  }

  async #backOff(heartbeat: () => Promise<void>): Promise<void> {
    this.#failures += 1;
    const endAt = Date.now() + Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(this.#failures, 10));
    while (Date.now() < endAt && !this.#isStopped) {
      await delay(50);
      await heartbeat();
    }
  }
}

/** Apart from the record, which it would keep alive, and with it all that was fetched together. */
function finisherOf({ tracker }: OwnedPartition, offset: number): () => void {
  return () => tracker.finish(offset);
}

function requireValue(record: RawRecord): Buffer {
  if (record.value === null) throw new HubError('HUB_RECORD_UNDECODABLE', 'The record has no value');
  return record.value;
}

/** Whether the error is an outage, which ends by itself, rather than the message's own fault. */
function isPassing(error: unknown): boolean {
  return error instanceof HubError && error.code.endsWith('_UNAVAILABLE');
}
