import {
  EVENT_ID_HEADER,
  type Attempt,
  type Codec,
  type Delivery,
  type DeliveryParked,
  type RequestBatch,
} from '#events';
import type { ChannelTopics, Producer } from '#kafka';
import { batchAgain } from './batching.ts';
import type { Sent } from './channel.ts';
import type { Next } from './decide-next.ts';
import type { Job, Lane } from './lane.ts';
import type { NewsRecord } from './news.ts';
import { toAttempt, toDroppedAttempt, toLaneState, toNextDelivery, toParked } from './pipeline-records.ts';

/**
 * How long an attempt's row waits for company. Only the slot of its lane waits for it, and a lane with more to send has
 * it sent at once; so what a kill can repeat stays bounded by the slots.
 */
const ATTEMPT_LINGER_MS = 60;

/** Where the books are kept. */
export interface BooksOptions {
  topics: ChannelTopics & { attempts: string; lanes: string; news: string };
  producer: Producer;
  codec: Codec;
  now: () => number;
}

/** An attempt of a delivery, and what follows from it. */
export interface Step {
  job: Job;
  /** As it stood at the request that `sent` tells of. */
  delivery: Delivery;
  sent: Sent;
  next: Next;
  lane: Lane;
  isDisabling: boolean;
  /** Whether the lane's failures, or its being disabled, changed. */
  hasMoved: boolean;
  news: readonly NewsRecord[];
  /** The request, when it was that of a batch. */
  batch: RequestBatch | null;
}

/** How a delivery ends that is not to be sent for now, or ever. */
export interface Parking {
  status: DeliveryParked['status'];
  reason: string;
}

/** What a worker writes down: each promise resolves when it is durable, and rejects only when the producer closes. */
export class DeliveryBooks {
  readonly #options: BooksOptions;

  constructor(options: BooksOptions) {
    this.#options = options;
  }

  /** The next steps of a request first, the rows last: a row is what makes a repeated message droppable. */
  async record(steps: readonly Step[]): Promise<void> {
    const writes = steps.flatMap((step) => this.#writeNext(step));
    if (writes.length > 0) await Promise.all(writes);
    await Promise.all(steps.flatMap((step) => this.#writeRows(step)));
  }

  #writeNext({ delivery, next, lane, hasMoved, news, sent, batch }: Step): Promise<unknown>[] {
    const { topics, producer, codec, now } = this.#options;
    const writes = news.map((one) => this.#publish(one, delivery.destinationId));
    if (next.kind !== 'done') {
      const following = toNextDelivery(delivery, next, batchAgain(delivery, sent.outcome, batch));
      const value = codec.encode('hub.pipeline.Delivery', following);
      const headers = next.kind === 'dead' ? { reason: next.reason } : undefined;
      writes.push(producer.send({ topic: next.topic, key: delivery.destinationId, value, headers }));
    }
    if (hasMoved) {
      const value = codec.encode('hub.pipeline.LaneState', toLaneState(lane, now()));
      writes.push(producer.send({ topic: topics.lanes, key: lane.destinationId, value }));
    }
    return writes;
  }

  #writeRows(step: Step): Promise<unknown>[] {
    const { topics, producer, codec } = this.#options;
    const { delivery, lane } = step;
    const linger = lane.queued > 0 ? {} : { lingerMs: ATTEMPT_LINGER_MS };
    return toAttempts(step).map((attempt) => {
      const value = codec.encode('hub.pipeline.Attempt', attempt);
      return producer.send({ topic: topics.attempts, key: delivery.destinationId, value, ...linger });
    });
  }

  #publish({ name, value }: NewsRecord, key: string): Promise<unknown> {
    const { topics, producer, codec } = this.#options;
    const headers = { [EVENT_ID_HEADER]: value.id };
    return producer.send({ topic: topics.news, key, value: codec.encode(name, value), headers });
  }

  /** Says that a delivery is held or cancelled. */
  async park(delivery: Delivery, { status, reason }: Parking): Promise<void> {
    const { producer, codec, topics, now } = this.#options;
    const value = codec.encode('hub.pipeline.DeliveryParked', toParked(delivery, status, reason, now()));
    await producer.send({ topic: topics.attempts, key: delivery.destinationId, value });
  }

  /** Puts a delivery where it waits without holding up its neighbours; no attempt is counted. */
  async defer(delivery: Delivery): Promise<void> {
    const { producer, codec, topics } = this.#options;
    const value = codec.encode('hub.pipeline.Delivery', { ...delivery, dueAt: null });
    const topic = delivery.replayId === null ? topics.deferred : topics.replay;
    await producer.send({ topic, key: delivery.destinationId, value });
  }
}

function toAttempts({ job, delivery, sent, next, lane, isDisabling, batch }: Step): Attempt[] {
  const { health, epoch, disabledReason } = lane;
  const snapshot = { consecutiveFailures: health.consecutiveFailures, epoch, disabledReason: null, batch };
  const last = toAttempt(delivery, sent, next, {
    ...snapshot,
    disabledReason: isDisabling ? disabledReason : null,
  });
  return sent.dropped === null ? [last] : [toDroppedAttempt(job.delivery, sent.dropped, snapshot), last];
}
