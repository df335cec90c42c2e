import { HubError } from '#errors';
import type { Log } from '#log';
import type { Kafka, Message, PartitionerArgs, Producer as KafkaProducer } from 'kafkajs';
import { choosePartition } from './choose-partition.ts';
import { createClient, PERSISTENT_RETRY, type KafkaSettings } from './connect.ts';
import { appendTimes, takeChunk, toChunk, type Pending } from './producer-chunk.ts';
import type { Appended, OutgoingRecord } from './outgoing-record.ts';
import { isRefusal } from './is-refusal.ts';

/** Most bytes that wait for Kafka before new records are refused at once; bounds memory during an outage. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const RESTART_DELAY_MS = 500;
/** With fewer at once there is no crowd to wait for. */
const FEW_RECORDS = 4;
const COMPANY_MS = 2;
/** A send's worth: more company makes a send no cheaper. */
const MAX_LINGERING = 500;

/** Connects the one producer of a process. @param clientId shown by the broker */
export async function connectProducer(
  settings: KafkaSettings,
  clientId: string,
  log: Log,
): Promise<Producer> {
  const producer = new Producer(createClient(settings, clientId, log), log);
  await producer.connect();
  return producer;
}

/**
 * An idempotent, micro-batching producer with `acks=all`: one send is in flight while the next records gather, so
 * batches grow with the load. A lone record waits for company only if it says so.
 */
export class Producer {
  readonly #kafka: Kafka;
  readonly #log: Log;
  readonly #partitionOf = new WeakMap<Message, number>();
  #kafkaProducer: KafkaProducer;
  #waiting: Pending[] = [];
  /** Records that wait for company, until the first of them has waited long enough. */
  #lingering: Pending[] = [];
  #lingerTimer: NodeJS.Timeout | undefined;
  #waitingBytes = 0;
  /** Of those, what somebody waits for with a deadline. */
  #urgentBytes = 0;
  #isSending = false;
  #isClosed = false;
  #failingSince: number | undefined;

  constructor(kafka: Kafka, log: Log) {
    this.#kafka = kafka;
    this.#log = log;
    this.#kafkaProducer = this.#create();
  }

  async connect(): Promise<void> {
    await this.#kafkaProducer.connect();
  }

  /** False from the first failing send until one succeeds. */
  get isHealthy(): boolean {
    return this.#failingSince === undefined;
  }

  /** Whether so much waits for Kafka that whoever can should wait before writing more. */
  get isSaturated(): boolean {
    return this.#waitingBytes > MAX_WAITING_BYTES / 2;
  }

  /**
   * Resolves once all in-sync replicas have the record.
   * @throws HubError HUB_KAFKA_UNAVAILABLE at the deadline, HUB_RECORD_REFUSED when Kafka will never take it
   */
  send(record: OutgoingRecord): Promise<Appended> {
    const bytes = (record.value?.length ?? 0) + record.key.length + 64;
    const isFull = record.deadlineMs !== undefined && this.#urgentBytes + bytes > MAX_WAITING_BYTES;
    if (this.#isClosed || isFull) return Promise.reject(unavailable(record.topic));
    return new Promise((resolve, reject) => {
      const pending: Pending = { record, bytes, resolve, reject, timer: undefined, isSettled: false };
      if (record.deadlineMs !== undefined) {
        pending.timer = setTimeout(() => this.#refuse(pending, unavailable(record.topic)), record.deadlineMs);
      }
      this.#waitingBytes += bytes;
      if (record.deadlineMs !== undefined) this.#urgentBytes += bytes;
      if (record.lingerMs === undefined) this.#enqueue([pending]);
      else this.#linger(pending, record.lingerMs);
    });
  }

  /** Sends at once what waits for company: somebody is held up by it. */
  hasten(): void {
    if (this.#lingering.length === 0) return;
    clearTimeout(this.#lingerTimer);
    this.#lingerTimer = undefined;
    const lingering = this.#lingering;
    this.#lingering = [];
    this.#enqueue(lingering);
  }

  /** Sends what waits, then disconnects; what cannot be sent within `timeoutMs` is rejected. */
  async close(timeoutMs = 10_000): Promise<void> {
    this.hasten();
    const deadline = Date.now() + timeoutMs;
    while ((this.#isSending || this.#waiting.length > 0) && Date.now() < deadline) {
      await delay(5);
    }
    this.#isClosed = true;
    for (const pending of this.#waiting) this.#refuse(pending, unavailable(pending.record.topic));
    this.#waiting = [];
    await this.#kafkaProducer.disconnect();
  }

  #create(): KafkaProducer {
    return this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => (choice) => this.#choosePartition(choice),
      retry: PERSISTENT_RETRY,
    });
  }

  /** kafkajs tells when each partition was appended to, but not which record went to which. */
  #choosePartition(choice: PartitionerArgs): number {
    const partition = choosePartition(choice);
    this.#partitionOf.set(choice.message, partition);
    return partition;
  }

  #linger(pending: Pending, lingerMs: number): void {
    this.#lingering.push(pending);
    if (this.#lingering.length >= MAX_LINGERING) this.hasten();
    else this.#lingerTimer ??= setTimeout(() => this.hasten(), lingerMs);
  }

  #enqueue(pending: Pending[]): void {
    this.#waiting.push(...pending);
    if (!this.#isSending) this.#startSending();
  }

  #startSending(): void {
    this.#isSending = true;
    // Not at once: what the same turn of the event loop still adds goes into the same send.
    setImmediate(() => void this.#sendAll());
  }

  async #sendAll(): Promise<void> {
    let sent = 0;
    while (this.#waiting.length > 0 && !this.#isClosed) {
      // Those who were answered just now will soon have more, and a send costs the same for twice as many.
      if (sent >= FEW_RECORDS && this.#waiting.length < sent) await delay(COMPANY_MS);
      const chunk = takeChunk(this.#waiting);
      sent = chunk.length;
      if (sent > 0) await this.#sendChunk(chunk);
    }
    this.#isSending = false;
  }

  async #sendChunk(chunk: Pending[]): Promise<void> {
    const { topicMessages, messages } = toChunk(chunk);
    try {
      const metadata = await this.#kafkaProducer.sendBatch({ acks: -1, timeout: 10_000, topicMessages });
      this.#failingSince = undefined;
      const appendTime = appendTimes(metadata);
      for (const [pending, message] of messages) {
        this.#accept(pending, appendTime(pending.record.topic, this.#partitionOf.get(message)));
      }
    } catch (error) {
      await this.#afterFailure(chunk, error);
    }
  }

  async #afterFailure(chunk: Pending[], error: unknown): Promise<void> {
    const [first] = chunk;
    if (isRefusal(error) && first !== undefined) {
      if (chunk.length === 1) return this.#refuse(first, refused(first, error));
      const half = Math.ceil(chunk.length / 2);
      await this.#sendChunk(chunk.slice(0, half));
      return this.#sendChunk(chunk.slice(half));
    }
    this.#failingSince ??= Date.now();
    this.#log.warn({ err: error, records: chunk.length }, 'kafka.send_failed');
    if (this.#isClosed)
      return chunk.forEach((pending) => this.#refuse(pending, unavailable(pending.record.topic, error)));
    await this.#restart();
    const open = chunk.filter((pending) => !pending.isSettled);
    if (open.length > 0) await this.#sendChunk(open);
  }

  #accept(pending: Pending, appended: Appended): void {
    if (this.#close(pending)) pending.resolve(appended);
  }

  #refuse(pending: Pending, error: HubError): void {
    if (this.#close(pending)) pending.reject(error);
  }

  /** @returns false when its sender has its answer already */
  #close(pending: Pending): boolean {
    if (pending.isSettled) return false;
    pending.isSettled = true;
    this.#waitingBytes -= pending.bytes;
    if (pending.record.deadlineMs !== undefined) this.#urgentBytes -= pending.bytes;
    clearTimeout(pending.timer);
    return true;
  }

  /** A producer whose sequence numbers the broker no longer accepts stays useless; a new one gets a new id. */
  async #restart(): Promise<void> {
    await delay(RESTART_DELAY_MS);
    const broken = this.#kafkaProducer;
    this.#kafkaProducer = this.#create();
    await broken
      .disconnect()
      .catch((error: unknown) => this.#log.debug({ err: error }, 'kafka.disconnect_failed'));
    await this.#kafkaProducer
      .connect()
      .catch((error: unknown) => this.#log.warn({ err: error }, 'kafka.connect_failed'));
  }
}

function unavailable(topic: string, cause?: unknown): HubError {
  return new HubError('HUB_KAFKA_UNAVAILABLE', 'Kafka did not acknowledge the record in time', {
    topic,
    cause,
  });
}

function refused(pending: Pending, cause: unknown): HubError {
  return new HubError('HUB_RECORD_REFUSED', 'Kafka refused the record', {
    topic: pending.record.topic,
    bytes: pending.bytes,
    cause,
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
