import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#log';
import type { Consumer as KafkaConsumer } from 'kafkajs';

/** A partition of a topic. */
export interface TopicPartition {
  topic: string;
  partition: number;
}

/** Where to go on in a partition. */
export interface Position extends TopicPartition {
  offset: number;
}

/** What is asked of a consumer. */
type Seekable = Pick<KafkaConsumer, 'pause' | 'seek' | 'resume'>;

const RETRY_MS = 1_000;

/**
 * Puts a consumer where a stage that keeps its offsets itself wants to go on: nothing is fetched between the assignment
 * and the answer, so nothing is handed over twice because the group's own offsets differ.
 */
export class Positioning {
  readonly #find: (partitions: readonly TopicPartition[]) => Promise<readonly Position[]>;
  readonly #log: Log;
  #round = 0;
  #isUnderWay = false;
  #isFailing = false;

  constructor(find: (partitions: readonly TopicPartition[]) => Promise<readonly Position[]>, log: Log) {
    this.#find = find;
    this.#log = log;
  }

  /** Whether the answer is still awaited; what is fetched meanwhile is void. */
  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Whether the stage could not tell the last time it was asked. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  /** Asks until there is an answer or a later call supersedes this one, then seeks and lets fetching go on. */
  async run(kafka: Seekable, partitions: readonly TopicPartition[]): Promise<void> {
    const round = ++this.#round;
    const paused = partitions.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
    kafka.pause(paused);
    this.#isUnderWay = true;
    const positions = await this.#ask(round, partitions);
    if (round !== this.#round) return;
    for (const { topic, partition, offset } of positions)
      kafka.seek({ topic, partition, offset: String(offset) });
    kafka.resume(paused);
    this.#isUnderWay = false;
  }

  /** Gives up a question under way. */
  cancel(): void {
    this.#round += 1;
    this.#isUnderWay = false;
  }

  async #ask(round: number, partitions: readonly TopicPartition[]): Promise<readonly Position[]> {
    while (round === this.#round) {
      try {
        const positions = await this.#find(partitions);
        this.#isFailing = false;
        return positions;
      } catch (error) {
        this.#isFailing = true;
        this.#log.warn({ err: error }, 'consumer.positions_unknown');
        await delay(RETRY_MS, undefined, { ref: false });
      }
    }
    return [];
  }
}
