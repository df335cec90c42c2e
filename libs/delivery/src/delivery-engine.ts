import { setTimeout as delay } from 'node:timers/promises';
import type { Codec, Delivery, Destination, LaneState } from '#events';
import type { Batch, ChannelTopics, Message, Producer } from '#kafka';
import type { Log } from '#log';
import type { Sent } from './channel.ts';
import type { Next } from './decide-next.ts';
import { gatheringOf } from './gathering.ts';
import { makeRequest, type Senders } from './make-request.ts';
import { DELETED, FORGOTTEN, GATHERED, parkingOf } from './parking.ts';
import { settleAttempt } from './settle-attempt.ts';
import { DeliveryBooks, type Parking, type Step } from './delivery-books.ts';
import { isProbing, type LanePolicy } from './lane-health.ts';
import { Lane, type Job, type LaneOptions } from './lane.ts';
import { PartitionHomes, type PartitionHome } from './partition-homes.ts';
import { attemptKey } from './recent-ids.ts';
import type { RoutingTable } from './routing-table.ts';

/** What an engine works with. */
export interface DeliveryEngineOptions extends Senders {
  topics: ChannelTopics & { attempts: string; lanes: string; news: string };
  policy: LanePolicy & { maxQueued: number };
  producer: Producer;
  codec: Codec;
  routing: RoutingTable;
  /** Whether the hub was told to forget what a delivery holds. */
  isForgotten: (delivery: Delivery) => boolean;
  /** Whether a delivery is not to be sent, but to wait for its destination's digest; never, unless given. */
  isGathered?: (delivery: Delivery, destination: Destination) => boolean;
  /** Last known state of a destination's lane. */
  laneState: (destinationId: string) => LaneState | undefined;
  homes: PartitionHomes;
  /** Told of each attempt once it is recorded, for metrics. */
  onAttempt: (sent: Sent, delivery: Delivery) => void;
  now: () => number;
}

/** How soon a worker that the group may have given up looks again; by then it has heard from the group. */
const LAPSED_WAIT_MS = 200;
const DEFERRED_WAIT_MS = 200;
const MAX_DEFERRED_WAIT_MS = 5_000;
const ABORT_GRACE_MS = 2_000;
const RELIEVE_INTERVAL_MS = 1_000;

/**
 * Delivers the messages of a channel: one lane a destination, one attempt at a time a slot. An attempt's message is
 * finished only when its next step, then its row, is durable; a row is what makes a repeated message droppable, so it
 * is written last.
 */
export class DeliveryEngine {
  readonly #options: DeliveryEngineOptions;
  readonly #log: Log;
  readonly #books: DeliveryBooks;
  #leasedUntilMs = Infinity;

  constructor(options: DeliveryEngineOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#books = new DeliveryBooks(options);
    options.routing.onChange((id, destination) => this.#onDestinationChange(id, destination));
    // A lane may slow down with much waiting in it and no attempt about to end.
    setInterval(() => this.#relieveAll(), RELIEVE_INTERVAL_MS).unref();
  }

  /** Takes on a batch of due deliveries; hands back what is not due, or what a full lane cannot take again. */
  async accept(batch: Batch<Delivery>): Promise<void> {
    const home = await this.#options.homes.find(batch.partition, batch.assignmentId, oldestAttemptMs(batch));
    if (home === undefined) return;
    const [first] = batch.messages;
    if (this.#hasLapsed() && first !== undefined)
      return batch.returnUntil(first, this.#options.now() + LAPSED_WAIT_MS);
    const isMixed = new Set(batch.messages.map(({ decoded }) => decoded.destinationId)).size > 1;
    for (const message of batch.messages) {
      const returnUntilMs = this.#admit(message, home, isMixed);
      if (returnUntilMs !== undefined) return batch.returnUntil(message, returnUntilMs);
    }
  }

  /** Starts nothing more; waits for the requests in flight, then cuts those that are left. */
  async drain(graceMs: number): Promise<void> {
    const { homes } = this.#options;
    for (const lane of homes.lanes()) lane.hold();
    const isIdle = () => homes.busyLanes().length === 0;
    await waitFor(isIdle, graceMs);
    if (isIdle()) return;
    homes.cutAll();
    await waitFor(isIdle, ABORT_GRACE_MS);
  }

  /** The consumer lost its connection: nothing more starts until partitions are assigned again. */
  suspend(): void {
    this.#options.homes.suspend();
  }

  /**
   * The group counts on this worker until then, Unix ms. Past it another may have its partitions, which a process that
   * stood still does not know yet, so nothing more starts until the group has answered.
   */
  leased(untilMs: number): void {
    const hasLapsed = this.#hasLapsed();
    this.#leasedUntilMs = untilMs;
    if (hasLapsed) for (const lane of this.#options.homes.lanes()) lane.pump();
  }

  #hasLapsed(): boolean {
    return this.#options.now() >= this.#leasedUntilMs;
  }

  /** After a rebalance: goes on with the partitions that stayed, forgets the others. */
  assigned(assignments: ReadonlyMap<number, number>): void {
    this.#options.homes.assign(assignments);
    for (const lane of this.#options.homes.lanes()) lane.release();
  }

  /**
   * Admits one message, or says until when (Unix ms) it is to be handed back.
   * @param isMixed the batch has deliveries of other destinations too
   */
  #admit(message: Message<Delivery>, home: PartitionHome, isMixed: boolean): number | undefined {
    const { now } = this.#options;
    const { decoded: delivery, finish, topic } = message;
    if (delivery.dueAt !== null && delivery.dueAt > now()) return delivery.dueAt;
    const key = attemptKey(delivery.id, delivery.attempt);
    if (hasEnded(delivery, key, home)) return void finish();
    const open = this.#options.homes.open.get(key);
    if (open !== undefined) return void open.finishers.push(finish);
    const job: Job = { key, delivery, finishers: [finish], takenOnAtMs: now() };
    const destination = this.#whereTo(delivery);
    if ('parking' in destination) return void this.#park(job, destination.parking);
    const lane = this.#laneOf(destination, home);
    const parking = parkingOf(destination, lane);
    if (parking !== undefined) return void this.#park(job, parking);
    if (lane.hasRoomFor(job)) return void this.#takeOn(job, lane);
    const isStaying =
      topic === this.#waitingTopic(delivery) && !mayRotate(delivery, home, { isMixed, nowMs: now() });
    return isStaying ? returnAt(lane, now()) : void this.#defer(job);
  }

  /** The delivery's destination, or why there is none. */
  #whereTo(delivery: Delivery): Destination | { parking: Parking } {
    const destination = this.#options.routing.get(delivery.destinationId);
    if (destination === undefined) return { parking: DELETED };
    return this.#options.isForgotten(delivery) ? { parking: FORGOTTEN } : destination;
  }

  #parkingOf(delivery: Delivery, destination: Destination, lane: Lane): Parking | undefined {
    const isGathered = this.#options.isGathered?.(delivery, destination) === true;
    return parkingOf(destination, lane) ?? (isGathered ? GATHERED : undefined);
  }

  /** An answer may repeat what its request held, so that of one that is forgotten by now is not kept. */
  #forget(deliveries: readonly Delivery[], sent: Sent): Sent {
    if (!deliveries.some((delivery) => this.#options.isForgotten(delivery))) return sent;
    return { ...sent, exchange: { ...sent.exchange, responseHeaders: {}, responseBody: Buffer.alloc(0) } };
  }

  #waitingTopic({ replayId }: Delivery): string {
    const { deferred, replay } = this.#options.topics;
    return replayId === null ? deferred : replay;
  }

  #takeOn(job: Job, lane: Lane): void {
    this.#options.homes.open.set(job.key, job);
    lane.push(job);
  }

  #laneOf(destination: Destination, home: PartitionHome): Lane {
    const known = home.lanes.get(destination.id);
    if (known !== undefined) return known;
    const state = this.#options.laneState(destination.id);
    const isCurrent = state?.enabledEpoch === destination.enabledEpoch;
    const options: LaneOptions = {
      destinationId: destination.id,
      policy: this.#options.policy,
      maxQueued: this.#options.policy.maxQueued,
      rateLimit: () => this.#options.routing.get(destination.id)?.rateLimit ?? null,
      ...gatheringOf(
        this.#options.batching,
        () => this.#options.routing.get(destination.id),
        this.#options.now,
      ),
      run: (jobs, on) => this.#attempt(jobs, on, home),
      onOutOfSlots: () => this.#options.producer.hasten(),
      mayStart: () => !this.#hasLapsed(),
      now: this.#options.now,
    };
    const lane = new Lane(options, destination.enabledEpoch, isCurrent ? state.consecutiveFailures : 0);
    if (isCurrent && state.disabledAt !== null) lane.disabledReason = 'consecutive_failures';
    lane.isComingBack = state !== undefined && !isCurrent && state.disabledAt !== null;
    home.lanes.set(destination.id, lane);
    return lane;
  }

  async #attempt(jobs: readonly Job[], lane: Lane, home: PartitionHome): Promise<void> {
    const parked: Promise<void>[] = [];
    const ready = jobs.filter((job) => {
      const destination = this.#whereTo(job.delivery);
      const parking =
        'parking' in destination ? destination.parking : this.#parkingOf(job.delivery, destination, lane);
      if (parking !== undefined) parked.push(this.#park(job, parking));
      return parking === undefined;
    });
    if (ready.length > 0) await this.#request(ready, lane, home);
    if (parked.length > 0) await Promise.all(parked);
  }

  async #request(jobs: readonly Job[], lane: Lane, home: PartitionHome): Promise<void> {
    const destination = this.#options.routing.get(lane.destinationId) as Destination;
    const wasProbe = isProbing(lane.health);
    const failuresBefore = lane.health.consecutiveFailures;
    const deliveries = jobs.map(({ delivery }) => delivery);
    const request = await makeRequest(deliveries, destination, home.cut.signal, this.#options);
    const { batch } = request;
    const sent = this.#forget(deliveries, request.sent);
    lane.settle(sent.outcome, wasProbe);
    if (sent.outcome.kind === 'interrupted' && !sent.outcome.wasSent) {
      await Promise.all(jobs.map((job) => this.#postpone(job, sent)));
      return;
    }
    const { topics, policy, now } = this.#options;
    const rules = { topics, pauseFailures: policy.pauseFailures, nowMs: now() };
    const steps = settleAttempt({ jobs, destination, lane, failuresBefore, sent, batch }, rules);
    if (!(await this.#tryRecord(steps))) return;
    for (const step of steps) this.#conclude(step, home);
    this.#relieve(lane);
  }

  #conclude({ job, delivery, sent, next }: Step, home: PartitionHome): void {
    this.#options.homes.remember(home.partition, job.key);
    this.#finish(job);
    this.#options.onAttempt(sent, delivery);
    this.#logAttempt(delivery, sent, next);
  }

  /**
   * What waits in a lane whose destination is gone, disabled or failing goes where it holds nothing up. Not while the
   * group may have given this worker up: whoever has the partition now sees to its own copy.
   */
  #relieve(lane: Lane): void {
    if (this.#hasLapsed()) return;
    const parking = parkingOf(this.#options.routing.get(lane.destinationId), lane);
    if (parking !== undefined) {
      for (const job of lane.takeQueued()) void this.#park(job, parking);
    } else if (lane.queued > lane.maxQueued) {
      for (const job of lane.takeSurplus()) void this.#defer(job);
    }
  }

  #relieveAll(): void {
    const { homes, routing } = this.#options;
    for (const lane of homes.lanes()) this.#relieve(lane);
    homes.sweep(({ destinationId }) => routing.get(destinationId) !== undefined);
  }

  async #postpone(job: Job, { exchange }: Sent): Promise<void> {
    const { id, destinationId } = job.delivery;
    this.#log.warn({ deliveryId: id, destinationId, reason: exchange.errorClass }, 'delivery.postponed');
    await this.#defer(job);
  }

  /** Only a closing producer refuses; the message then stays uncommitted, and the attempt is made again after the restart. */
  async #tryRecord(steps: readonly Step[]): Promise<boolean> {
    try {
      await this.#books.record(steps);
      return true;
    } catch (error) {
      for (const { delivery } of steps)
        this.#log.warn({ err: error, deliveryId: delivery.id }, 'delivery.not_recorded');
      return false;
    }
  }

  #park(job: Job, parking: Parking): Promise<void> {
    return this.#write(() => this.#books.park(job.delivery, parking), job);
  }

  #defer(job: Job): Promise<void> {
    // Before the write: its copy may be read before the acknowledgement is, and must not be taken for this job's repeat.
    this.#close(job);
    return this.#write(() => this.#books.defer(job.delivery), job);
  }

  /** Only a closing producer refuses; the message then stays uncommitted and comes again after the restart. */
  async #write(send: () => Promise<unknown>, job: Job): Promise<void> {
    try {
      await send();
      this.#finish(job);
    } catch (error) {
      this.#log.warn({ err: error, deliveryId: job.delivery.id }, 'delivery.not_recorded');
    }
  }

  #finish(job: Job): void {
    this.#close(job);
    for (const finish of job.finishers) finish();
  }

  #close(job: Job): void {
    const { open } = this.#options.homes;
    if (open.get(job.key) === job) open.delete(job.key);
  }

  #onDestinationChange(id: string, destination: Destination | undefined): void {
    for (const home of this.#options.homes.all()) {
      const lane = home.lanes.get(id);
      if (lane === undefined) continue;
      const isNewlyEnabled = destination?.isEnabled === true && destination.enabledEpoch > lane.epoch;
      if (isNewlyEnabled) lane.reset(destination.enabledEpoch);
      this.#relieve(lane);
      lane.pump();
    }
  }

  #logAttempt(delivery: Delivery, { outcome, exchange }: Sent, next: Next): void {
    const { id, eventId, eventType, destinationId, attempt } = delivery;
    const { status, errorClass, durationMs } = exchange;
    this.#log.info(
      {
        deliveryId: id,
        eventId,
        eventType,
        destinationId,
        attempt,
        outcome: outcome.kind,
        status,
        errorClass,
        ms: durationMs,
        next: next.kind,
        dueAt: next.kind === 'retry' ? next.dueAtMs : undefined,
      },
      'delivery.attempted',
    );
  }
}

/** Whether this attempt was made, or is none: what no body could be made for has failed, as the recorder has written down. */
function hasEnded({ problem }: Delivery, key: string, home: PartitionHome): boolean {
  return problem !== null || home.recent.has(key);
}

/** Whether a deferred delivery whose lane is still full goes to the end of its topic, so that others get their turn. */
function mayRotate(
  { replayId }: Delivery,
  home: PartitionHome,
  { isMixed, nowMs }: { isMixed: boolean; nowMs: number },
): boolean {
  if (replayId !== null) return home.replayRotations.take(nowMs);
  return isMixed ? home.rotations.take(nowMs) : home.blindRotations.take(nowMs);
}

function returnAt(lane: Lane, nowMs: number): number {
  return Math.min(nowMs + MAX_DEFERRED_WAIT_MS, Math.max(nowMs + DEFERRED_WAIT_MS, lane.health.notBeforeMs));
}

/** The earliest instant at which the first message of a batch can have been attempted before, Unix ms. */
function oldestAttemptMs({ messages: [first] }: Batch<Delivery>): number {
  return first === undefined ? Infinity : Math.max(first.timestampMs, first.decoded.dueAt ?? 0);
}

async function waitFor(condition: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition() && Date.now() < deadline) await delay(5);
}
