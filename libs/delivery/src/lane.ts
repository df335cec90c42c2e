import type { Delivery, FailedAttempt } from '#events';
import { AttemptPace } from './attempt-pace.ts';
import { afterAttempt, freshHealth, isProbing, type LaneHealth, type LanePolicy } from './lane-health.ts';
import type { Outcome } from './outcome.ts';

/** A delivery taken on, and the messages that are finished with it: its own, and any that repeat it. */
export interface Job {
  key: string;
  delivery: Delivery;
  finishers: (() => void)[];
  /** Unix ms. */
  takenOnAtMs: number;
}

/** What a lane needs from outside. */
export interface LaneOptions {
  destinationId: string;
  policy: LanePolicy;
  maxQueued: number;
  /** Most requests a second that the destination wants; null for no limit. */
  rateLimit: () => number | null;
  /**
   * Takes out of a queue that is not empty what goes in one request, or says when there will be something, Unix ms. The
   * first alone, unless given.
   */
  pick?: (queue: Job[]) => Job[] | number;
  /** How many deliveries one request takes at most; one unless given. */
  perRequest?: () => number;
  /** Makes one request; the slot is free again only when it resolves, with everything about it durable. */
  run: (jobs: readonly Job[], lane: Lane) => Promise<void>;
  /** Called when something waits only for the slots of attempts under way, of which some may wait for their row. */
  onOutOfSlots?: () => void;
  /** Asked before every start; the lane must be pumped when the answer becomes true again. Always, unless given. */
  mayStart?: () => boolean;
  now: () => number;
}

/** Longer timers overflow; the lane looks again. */
const MAX_TIMER_MS = 60_000;

/** Deliveries waiting in a lane whose destination fails; the others are better off in the deferred topic. */
export const MAX_QUEUED_WHILE_HELD_BACK = 16;

/**
 * A lane keeps no more waiting than it sends in about this time; the rest waits in the deferred topic. So the oldest
 * uncommitted message of a partition is never much older, however slow a destination.
 */
const QUEUE_MS = 3_000;
/** Enough to begin with, for a destination that has answered slowly and may answer fast. */
const MIN_QUEUED = 4;
/** Of the requests that a destination bears side by side, so many more are replays. */
const REPLAY_SHARE = 0.25;
/** How far a lane may catch up after it fell behind its rate. */
const RATE_BURST_MS = 50;

/** How many replays may be under way where the destination bears so many requests side by side. */
export function replaySlots(limit: number): number {
  return Math.max(1, Math.floor(limit * REPLAY_SHARE));
}

/** One destination's deliveries: a queue, the requests in flight, and the health that decides how many those may be. */
export class Lane {
  readonly destinationId: string;
  readonly #options: LaneOptions;
  /** `enabledEpoch` of the destination that the health belongs to. */
  epoch: number;
  health: LaneHealth;
  /** Set from the moment this worker disables the destination, long before the database says so. */
  disabledReason: string | null = null;
  /** Was disabled for its failures, and has taken nothing since it was enabled again. */
  isComingBack = false;
  /** What its last attempts met, the latest first. */
  lastFailures: readonly FailedAttempt[] = [];
  readonly #pace: AttemptPace;
  #queue: Job[] = [];
  /** Of replays: started only where nothing else waits. */
  #replays: Job[] = [];
  #inFlight = 0;
  #replaysInFlight = 0;
  #isHeld = false;
  #timer: NodeJS.Timeout | undefined;
  /** The slot of the rate limit that was taken last, Unix ms. */
  #lastSlotMs = 0;

  constructor(options: LaneOptions, epoch: number, consecutiveFailures: number) {
    this.destinationId = options.destinationId;
    this.#options = options;
    this.#pace = new AttemptPace(options.now);
    this.epoch = epoch;
    this.health = freshHealth(consecutiveFailures);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#queue.length + this.#replays.length;
  }

  /** A full lane takes nothing more; what comes is deferred. Replays fill only their own part of it. */
  hasRoomFor({ delivery }: Pick<Job, 'delivery'>): boolean {
    return this.#queueOf(delivery).length < this.maxQueued;
  }

  /** How many may wait in the lane now, and as many replays beside them. */
  get maxQueued(): number {
    const perRequest = this.#options.perRequest?.() ?? 1;
    if (this.isHeldBack) return Math.max(MAX_QUEUED_WHILE_HELD_BACK, perRequest);
    const rate = this.#options.rateLimit();
    const byRate = rate === null ? Infinity : Math.ceil((rate * QUEUE_MS) / 1_000);
    const byPace = Math.max(MIN_QUEUED, this.#pace.endingWithin(QUEUE_MS, this.health.limit));
    return Math.max(1, Math.min(this.#options.maxQueued, Math.min(byRate, byPace) * perRequest));
  }

  /** Whether the destination fails, or asked to be left alone. */
  get isHeldBack(): boolean {
    return isProbing(this.health) || this.health.notBeforeMs > this.#options.now();
  }

  push(job: Job): void {
    this.#queueOf(job.delivery).push(job);
    this.pump();
  }

  /** Starts nothing more until `release`. */
  hold(): void {
    this.#isHeld = true;
    clearTimeout(this.#timer);
  }

  release(): void {
    this.#isHeld = false;
    this.pump();
  }

  /** Takes the waiting jobs out of the lane. */
  takeQueued(): Job[] {
    return [...this.#queue.splice(0), ...this.#replays.splice(0)];
  }

  /** Takes out what is more than may wait in the lane now, the youngest. */
  takeSurplus(): Job[] {
    const keep = this.maxQueued;
    return [...this.#queue.splice(keep), ...this.#replays.splice(keep)];
  }

  /** Takes in how an attempt ended. @param wasProbe the lane was probing when it started */
  settle(outcome: Outcome, wasProbe: boolean): void {
    this.health = afterAttempt(
      this.health,
      outcome,
      { nowMs: this.#options.now(), wasProbe },
      this.#options.policy,
    );
  }

  /** Starts over for a destination that was enabled again. */
  reset(epoch: number): void {
    this.epoch = epoch;
    this.isComingBack ||= this.disabledReason !== null;
    this.lastFailures = [];
    this.disabledReason = null;
    this.health = freshHealth(0);
    this.pump();
  }

  /** Starts what may start now. */
  pump(): void {
    for (let queue = this.#startable(); queue !== undefined; queue = this.#startable()) {
      if (this.#options.mayStart?.() === false) return;
      const waitMs = Math.max(this.health.notBeforeMs, this.#nextSlotMs()) - this.#options.now();
      if (waitMs > 0) return this.#wakeIn(waitMs);
      const jobs = this.#pick(queue);
      if (typeof jobs === 'number') return this.#wakeIn(jobs - this.#options.now());
      this.#takeSlot();
      this.#start(jobs);
    }
    if (this.queued > 0 && !this.#isHeld) this.#options.onOutOfSlots?.();
  }

  #queueOf({ replayId }: Delivery): Job[] {
    return replayId === null ? this.#queue : this.#replays;
  }

  /**
   * The queue whose first may start now. Replays have slots of their own, so that none is under way in the slot that the
   * next event of now needs; but a destination that fails gets one request at a time, whatever it is.
   */
  #startable(): Job[] | undefined {
    if (this.#isHeld || (isProbing(this.health) && this.#inFlight > 0)) return undefined;
    if (this.#queue.length > 0)
      return this.#inFlight - this.#replaysInFlight < this.health.limit ? this.#queue : undefined;
    return this.#startableReplays();
  }

  #startableReplays(): Job[] | undefined {
    const slots = replaySlots(this.health.limit);
    const isFree = this.#replaysInFlight < slots && this.#inFlight < this.#options.policy.maxConcurrency;
    return this.#replays.length > 0 && isFree ? this.#replays : undefined;
  }

  /** Where nothing is ready yet, a replay may start in the meantime. */
  #pick(queue: Job[]): Job[] | number {
    const { pick } = this.#options;
    if (pick === undefined) return [queue.shift() as Job];
    const picked = pick(queue);
    const replays = queue === this.#queue ? this.#startableReplays() : undefined;
    if (typeof picked !== 'number' || replays === undefined) return picked;
    const replayed = pick(replays);
    return typeof replayed === 'number' ? Math.min(picked, replayed) : replayed;
  }

  /** When the rate limit lets the next request start, Unix ms; by the limit of now. */
  #nextSlotMs(): number {
    const rate = this.#options.rateLimit();
    return rate === null ? 0 : this.#lastSlotMs + 1_000 / rate;
  }

  #takeSlot(): void {
    this.#lastSlotMs = Math.max(this.#nextSlotMs(), this.#options.now() - RATE_BURST_MS);
  }

  #start(jobs: readonly Job[]): void {
    const replays = jobs[0]?.delivery.replayId === null ? 0 : 1;
    this.#inFlight += 1;
    this.#replaysInFlight += replays;
    const ended = this.#pace.start();
    const freed = () => {
      ended();
      this.#inFlight -= 1;
      this.#replaysInFlight -= replays;
      this.pump();
    };
    // An attempt turns all that can be expected into values. What it throws ends the process, and nothing is committed.
    void this.#options.run(jobs, this).finally(freed);
  }

  #wakeIn(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.pump(), Math.min(waitMs, MAX_TIMER_MS));
  }
}
