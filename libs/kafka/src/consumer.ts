import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#log';
import type { Consumer as KafkaConsumer, EachBatchPayload } from 'kafkajs';
import { SHORT_RETRY, createClient, type KafkaSettings } from './connect.ts';
import { coPartitionedAssigner } from './co-partitioned.assigner.ts';
import { evictPredecessors, memberClientId } from './evict-predecessors.ts';
import { FetchPace, type Gathering } from './fetch-pace.ts';
import { followLease } from './follow-lease.ts';
import { HandOver, type HandOverOptions } from './hand-over.ts';
import { PartitionBook, type OwnedPartition } from './partition-book.ts';
import { PauseClock } from './pause-clock.ts';
import { Positioning, type Position, type TopicPartition } from './positioning.ts';
import { RestingTopics } from './resting-topics.ts';
import { runConsumer } from './run-consumer.ts';

/** How a stage reads its topics. */
export interface ConsumerOptions<T> extends HandOverOptions<T> {
  settings: KafkaSettings;
  groupId: string;
  topics: readonly string[];
  /** Most messages taken on and not yet finished; at the bound nothing more is taken on. */
  maxPending?: number;
  /** Whether what the stage writes to takes nothing more for now; then nothing is taken on either. */
  isSaturated?: () => boolean;
  /** When fetches gather; raise it where nobody waits for the result. */
  gathering?: Gathering;
  /** Most bytes of a partition that a fetch brings, 1 MiB by default; a larger record comes alone. */
  partitionFetchBytes?: number;
  /** Topics that may rest: while others are busy, those that had nothing lately are looked at every 25 ms only. */
  resting?: readonly string[];
  /** The connection to the group is given up; partitions may move from now on. */
  suspended?: () => void;
  /** The group counts on this member until then, Unix ms; later, another may have its partitions. */
  leased?: (untilMs: number) => void;
  /** After a rebalance: assignment ids by partition number. */
  assigned?: (assignments: ReadonlyMap<number, number>) => void;
  /**
   * For a stage that keeps its offsets itself: where to go on, asked after each rebalance and `reposition`. What was
   * handed over before is void then and comes again from there.
   */
  positions?: (partitions: readonly TopicPartition[]) => Promise<readonly Position[]>;
  /** Before partitions may move, and at a stop: finish, or cut after `graceMs`, what is in flight. */
  drain?: (graceMs: number) => Promise<void>;
}

/** Most bytes of messages taken on and not yet finished: bounds memory however large they are. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
const COMMIT_INTERVAL_MS = 500;
/** Longest that a fetch waits for its first record. */
const MAX_WAIT_MS = 250;
/** With less than this the latency of a lone record counts for more than the price of a fetch. */
const GATHERING: Gathering = { gatherMs: 5, fromRecords: 4 };
const WATCH_INTERVAL_MS = 1_000;
const STALE_AFTER_MS = 8_000;
const REPLACE_AFTER_MS = 30_000;
const REBALANCE_GRACE_MS = 3_000;

/**
 * A group consumer that takes on messages without waiting for them, commits the low-water mark of what is finished,
 * and replaces its kafkajs consumer whenever that one dies, aloud or in silence.
 */
export class Consumer<T> {
  readonly #options: ConsumerOptions<T>;
  readonly #log: Log;
  readonly #book = new PartitionBook();
  readonly #pauses = new PauseClock();
  readonly #handOver: HandOver<T>;
  readonly #positioning: Positioning | undefined;
  readonly #pace: FetchPace;
  readonly #rest = new RestingTopics();
  #kafka: KafkaConsumer | undefined;
  #timers: NodeJS.Timeout[] = [];
  #lastFetchAt = 0;
  #isStopping = false;
  #isReplacing = false;
  #committing: Promise<void> = Promise.resolve();

  constructor(options: ConsumerOptions<T>, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#handOver = new HandOver(options, log);
    this.#positioning = options.positions && new Positioning(options.positions, log);
    this.#pace = new FetchPace(options.gathering ?? GATHERING);
  }

  /** Joins the group. Resolves when the first assignment is there, or rejects when Kafka cannot be reached. */
  async start(): Promise<void> {
    await this.#connect();
    this.#lastFetchAt = Date.now();
    this.#timers = [
      setInterval(() => void this.#commit(), COMMIT_INTERVAL_MS),
      setInterval(() => this.#watch(), WATCH_INTERVAL_MS),
    ];
  }

  /** Member of the group, fetching, and not stuck in a failing handler. */
  get isHealthy(): boolean {
    const isStuck = this.#handOver.isFailing || this.#positioning?.isFailing === true;
    return Date.now() - this.#lastFetchAt < STALE_AFTER_MS && !isStuck;
  }

  /** Messages taken on and not yet finished. */
  get pending(): number {
    return this.#book.pending;
  }

  /** Asks the stage anew where to go on; it has moved its offsets. */
  reposition(): void {
    const kafka = this.#kafka;
    if (kafka === undefined || this.#positioning === undefined || this.#isStopping) return;
    this.#book.renew();
    void this.#positioning.run(kafka, this.#book.all());
    this.#options.assigned?.(this.#book.assignments());
  }

  /** Takes on nothing more, finishes what is in flight, commits, leaves the group. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#handOver.stop();
    this.#positioning?.cancel();
    this.#pauses.clear();
    for (const timer of this.#timers) clearInterval(timer);
    if (this.#kafka === undefined) return;
    // Paused rather than stopped: the fetch loop goes on with its heartbeats while the work in flight ends.
    this.#kafka.pause(this.#options.topics.map((topic) => ({ topic })));
    await this.#settle(graceMs);
    await this.#kafka.disconnect();
  }

  /** @returns false when it died again while it joined the group */
  async #connect(): Promise<boolean> {
    const { settings, groupId, topics } = this.#options;
    let isFirstJoin = true;
    const kafka = createClient(settings, memberClientId(groupId), this.#log).consumer({
      groupId,
      sessionTimeout: settings.KAFKA_SESSION_TIMEOUT,
      heartbeatInterval: Math.min(1_000, Math.floor(settings.KAFKA_SESSION_TIMEOUT / 3)),
      rebalanceTimeout: settings.KAFKA_SESSION_TIMEOUT * 2,
      maxWaitTimeInMs: MAX_WAIT_MS,
      maxBytesPerPartition: this.#options.partitionFetchBytes ?? 1_048_576,
      allowAutoTopicCreation: false,
      retry: { ...SHORT_RETRY, restartOnFailure: () => Promise.resolve(false) },
      partitionAssigners: [
        coPartitionedAssigner({
          owned: () => this.#book.numbers(),
          beforeJoin: async (findCoordinator) => {
            if (isFirstJoin) await evictPredecessors(findCoordinator, groupId, this.#log);
            else await this.#beforeRejoin();
            isFirstJoin = false;
          },
          beforeFetch: () => this.#beforeFetch(),
        }),
      ],
    });
    this.#listen(kafka);
    // Known from now on, so that a failure in what follows leaves nothing behind that is not disposed of.
    this.#kafka = kafka;
    await kafka.connect();
    // `fromBeginning` also decides what happens when committed offsets are gone; the log's end would be a silent loss.
    await kafka.subscribe({ topics: [...topics], fromBeginning: true });
    return runConsumer(kafka, {
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#eachBatch(payload),
    });
  }

  #listen(kafka: KafkaConsumer): void {
    // First, so that a lane that an assignment releases knows of it.
    followLease(kafka, this.#options.settings.KAFKA_SESSION_TIMEOUT, (untilMs) => {
      if (kafka === this.#kafka) this.#options.leased?.(untilMs);
    });
    kafka.on(kafka.events.GROUP_JOIN, ({ payload }) => {
      if (kafka !== this.#kafka) return;
      this.#pauses.clear();
      this.#rest.clear();
      kafka.resume(this.#options.topics.map((topic) => ({ topic })));
      this.#book.assign(payload.memberId, payload.memberAssignment);
      if (this.#positioning === undefined) this.#options.assigned?.(this.#book.assignments());
      else this.reposition();
      this.#lastFetchAt = Date.now();
      this.#log.info(
        { group: payload.groupId, partitions: this.#book.numbers(), ms: payload.duration },
        'consumer.joined',
      );
    });
    kafka.on(kafka.events.FETCH, () => {
      if (kafka === this.#kafka) this.#lastFetchAt = Date.now();
    });
    kafka.on(kafka.events.CRASH, ({ payload }) => {
      this.#log.warn({ err: payload.error, group: payload.groupId }, 'consumer.crashed');
      if (kafka === this.#kafka) void this.#replace();
    });
  }

  async #eachBatch({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch;
    this.#pace.took(batch.messages.length);
    this.#rest.filled(`${topic}/${partition}`, performance.now());
    await this.#awaitCapacity(heartbeat);
    const owned = this.#book.find(topic, partition);
    if (owned === undefined || this.#isStopping || this.#positioning?.isUnderWay === true) return;
    const { resolved, returnedUntilMs } = await this.#handOver.batch(owned, batch.messages, heartbeat);
    // Sought elsewhere meanwhile: this would be taken for the newer wish.
    if (this.#book.find(topic, partition) !== owned) return;
    if (resolved !== undefined) resolveOffset(String(resolved));
    if (returnedUntilMs !== undefined) this.#pauseUntil(topic, partition, returnedUntilMs);
  }

  async #awaitCapacity(heartbeat: () => Promise<void>): Promise<void> {
    while (this.#isFull() && !this.#isStopping) {
      await delay(10);
      await heartbeat();
      this.#lastFetchAt = Date.now();
    }
  }

  #isFull(): boolean {
    const { maxPending = 2_000, isSaturated } = this.#options;
    return (
      this.#book.pending >= maxPending ||
      this.#book.pendingBytes >= MAX_PENDING_BYTES ||
      isSaturated?.() === true
    );
  }

  async #beforeFetch(): Promise<void> {
    const waitMs = this.#pace.waitMs(performance.now());
    if (waitMs > 0 && !this.#isStopping) await delay(waitMs);
    const records = this.#pace.start(performance.now());
    if (!this.#isStopping) this.#restIdle(records);
  }

  #restIdle(records: number): void {
    const { resting = [] } = this.#options;
    if (resting.length === 0 || this.#kafka === undefined) return;
    const isPaused = ({ topic, partition }: OwnedPartition) => this.#pauses.has(`${topic}/${partition}`);
    const candidates = () =>
      this.#book
        .all()
        .filter((owned) => resting.includes(owned.topic) && !isPaused(owned))
        .map(({ topic, partition }) => `${topic}/${partition}`);
    const { pause, resume } = this.#rest.beforeFetch(candidates, records, performance.now());
    if (pause.length > 0) this.#kafka.pause(toTopicPartitions(pause));
    if (resume.length > 0) this.#kafka.resume(toTopicPartitions(resume));
  }

  #pauseUntil(topic: string, partition: number, atMs: number): void {
    const kafka = this.#kafka;
    if (kafka === undefined || this.#isStopping) return;
    kafka.pause([{ topic, partitions: [partition] }]);
    this.#pauses.at(`${topic}/${partition}`, atMs, () => kafka.resume([{ topic, partitions: [partition] }]));
  }

  async #beforeRejoin(): Promise<void> {
    if (this.#book.all().length === 0) return;
    await this.#settle(REBALANCE_GRACE_MS);
  }

  async #settle(graceMs: number): Promise<void> {
    await this.#options.drain?.(graceMs);
    const deadline = Date.now() + graceMs;
    while (this.#options.drain === undefined && this.#book.pending > 0 && Date.now() < deadline)
      await delay(5);
    await Promise.race([this.#commit(), delay(2_000, undefined, { ref: false })]);
  }

  /** One commit at a time, so that a slower older one can't overwrite a newer one. */
  #commit(): Promise<void> {
    this.#committing = this.#committing.then(async () => {
      const commits = this.#book.uncommitted();
      if (commits.length === 0 || this.#kafka === undefined) return;
      try {
        await this.#kafka.commitOffsets(commits);
        this.#book.markCommitted(commits);
      } catch (error) {
        // The marks stay uncommitted and are tried again; a rebalance or an outage is the usual reason.
        this.#log.debug({ err: error }, 'consumer.commit_failed');
      }
    });
    return this.#committing;
  }

  #watch(): void {
    if (Date.now() - this.#lastFetchAt > REPLACE_AFTER_MS) void this.#replace();
  }

  async #replace(): Promise<void> {
    if (this.#isReplacing || this.#isStopping) return;
    this.#isReplacing = true;
    this.#log.warn({ group: this.#options.groupId }, 'consumer.replacing');
    while (!this.#isStopping) {
      try {
        await this.#dispose();
        if (await this.#connect()) break;
      } catch (error) {
        this.#log.warn({ err: error, group: this.#options.groupId }, 'consumer.connect_failed');
      }
      await delay(1_000);
    }
    this.#lastFetchAt = Date.now();
    this.#isReplacing = false;
  }

  async #dispose(): Promise<void> {
    const broken = this.#kafka;
    this.#kafka = undefined;
    this.#pauses.clear();
    this.#rest.clear();
    this.#positioning?.cancel();
    this.#book.clear();
    this.#options.suspended?.();
    if (broken === undefined) return;
    const disconnected = broken
      .disconnect()
      .catch((error: unknown) => this.#log.debug({ err: error }, 'consumer.disconnect_failed'));
    await Promise.race([disconnected, delay(3_000, undefined, { ref: false })]);
  }
}

function toTopicPartitions(keys: readonly string[]): { topic: string; partitions: number[] }[] {
  return keys.map((key) => {
    const at = key.lastIndexOf('/');
    return { topic: key.slice(0, at), partitions: [Number(key.slice(at + 1))] };
  });
}
