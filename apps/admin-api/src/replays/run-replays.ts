import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { describeError } from '#errors';
import type { Log } from '#log';
import { TRANSFORMATION_FAILED } from '#transformations';
import type { DeliveryBodies } from '../delivery-bodies.ts';
import { takesOf } from '../takes-of.ts';
import type { DeliveryPublisher } from '../delivery-publisher.ts';
import type { Advance, ReplayedRow, ReplayJob, ReplayJobStore } from './replay-job.store.ts';
import { toCopy, toCopyDelivery, toFirstDelivery, toReplayed } from './to-replayed.ts';

/** What the runner of replays works with. */
export interface ReplayRunnerOptions {
  store: ReplayJobStore;
  publisher: DeliveryPublisher;
  bodies: DeliveryBodies;
  /** Most deliveries a second of all replays together. */
  rate: number;
  now: () => number;
}

const LEASE_MS = 10_000;
/** What was not used of the rate is made up for so far, in seconds. */
const BURST_S = 0.25;
const IDLE_MS = 500;
const BUSY_MS = 100;
/** Deliveries of a replay that may be under way; more are sent as the outcomes of these are recorded. */
const WINDOW = 200;
const SKIPPED_AT_ONCE = 5_000;
const REPUBLISHED_AT_ONCE = 200;
const NIL = '00000000-0000-0000-0000-000000000000';
/** Held or recorded late, after a long outage at most, an event still gets its turn. */
const WATCH_MS = 86_400_000;
const LOOK_BACK_EVERY_MS = 5_000;
/** Outcomes take no longer than this, unless something is lost: what is outstanding is then published once more. */
const STALLED_MS = 120_000;

/**
 * Sends what replays are of, a page at a time: marks a page's deliveries as sent, then publishes them. Of all processes
 * one does so. Whoever takes over publishes first what may have been marked only; the same attempts of the same
 * deliveries, so the workers drop those that they have.
 */
export class ReplayRunner {
  readonly #options: ReplayRunnerOptions;
  readonly #log: Log;
  readonly #holder = randomUUID();
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #isHolder = false;
  #tokens = 0;
  #filledAtMs = 0;
  #lookedBackAtMs = 0;
  /** When the outcome of one more delivery was seen, by replay. */
  readonly #movedAt = new Map<string, { outstanding: number; atMs: number }>();

  constructor(options: ReplayRunnerOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** Nest calls this once everything is wired. */
  onModuleInit(): void {
    this.#loop = this.#run();
  }

  /** Nest calls this when the process stops. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const isBusy = await this.#tryTurn();
      await pause(isBusy ? BUSY_MS : IDLE_MS, undefined, { signal }).catch(() => undefined);
    }
    if (this.#isHolder) await this.#options.store.release(this.#holder).catch(() => undefined);
  }

  async #tryTurn(): Promise<boolean> {
    try {
      return await this.#turn();
    } catch (error) {
      // PostgreSQL or Kafka is away. What was marked and not published is published when they are back.
      this.#isHolder = false;
      this.#log.warn({ reason: describeError(error) }, 'replays.failed');
      return false;
    }
  }

  /** @returns whether there is more to do at once */
  async #turn(): Promise<boolean> {
    const { store, now } = this.#options;
    if (!(await store.lease(this.#holder, LEASE_MS))) {
      this.#isHolder = false;
      return false;
    }
    if (!this.#isHolder) await this.#republish();
    this.#isHolder = true;
    if (now() - this.#lookedBackAtMs > LOOK_BACK_EVERY_MS) {
      this.#lookedBackAtMs = now();
      await store.reopen(WATCH_MS);
    }
    const jobs = await store.running();
    this.#refill();
    for (const job of jobs) {
      const share = Math.ceil(this.#tokens / jobs.length);
      await this.#advance(job, Math.min(share, this.#tokens, WINDOW - job.outstanding));
    }
    return jobs.length > 0;
  }

  #refill(): void {
    const { rate, now } = this.#options;
    const atMs = now();
    const since = Math.min(1_000, atMs - this.#filledAtMs);
    this.#tokens = Math.min(Math.max(1, rate * BURST_S), this.#tokens + (rate * since) / 1_000);
    this.#filledAtMs = atMs;
  }

  async #advance(job: ReplayJob, room: number): Promise<void> {
    const { store } = this.#options;
    if (job.mode === 'skip') return this.#skip(job);
    if (!job.isEnabled) {
      this.#log.info({ replayId: job.id }, 'replay.paused');
      return store.pause(job, 'destination_disabled');
    }
    const limit = Math.floor(room);
    await this.#watchOver(job);
    if (limit < 1) return;
    const rows = await this.#takePage(job, limit);
    if (rows === undefined) return this.#finishIfOver(job);
    this.#tokens -= rows.length;
    await this.#publish(rows);
  }

  async #skip(job: ReplayJob): Promise<void> {
    if ((await this.#options.store.skip(job, SKIPPED_AT_ONCE)) === 0) await this.#finish(job);
  }

  async #finishIfOver(job: ReplayJob): Promise<void> {
    if (job.outstanding === 0) await this.#finish(job);
  }

  async #finish(job: ReplayJob): Promise<void> {
    this.#movedAt.delete(job.id);
    await this.#options.store.finish(job);
    this.#log.info({ replayId: job.id, destinationId: job.destinationId }, 'replay.done');
  }

  /** The next deliveries, marked as sent; undefined when there are no more. */
  async #takePage(job: ReplayJob, limit: number): Promise<readonly ReplayedRow[] | undefined> {
    const { store } = this.#options;
    const again = await this.#withBodies(await store.heldAgain(job, limit));
    if (again.length > 0) return this.#restart(job, again, { cursor: job.cursor, sent: 0, skipped: 0 });
    if (job.selection === 'missing') return this.#takeMissing(job, limit);
    const next = await store.next(job, limit);
    const last = next.at(-1);
    if (last === undefined) return undefined;
    // What is held leaves the selection by being sent, and may come back into it.
    const cursor = job.selection === 'held' ? null : positionOf(last);
    const rows = next.filter(({ body }) => body !== null);
    const advance = { cursor, sent: rows.length, skipped: next.length - rows.length };
    // Their events may come yet, from a recorder that is behind.
    if (job.selection === 'held' && rows.length === 0) return undefined;
    if (job.selection === 'held') advance.skipped = 0;
    return job.mode === 'new' ? this.#copy(job, rows, advance) : this.#restart(job, rows, advance);
  }

  async #restart(job: ReplayJob, rows: readonly ReplayedRow[], advance: Advance): Promise<ReplayedRow[]> {
    return chosen(rows, await this.#options.store.restart(job, rows, advance));
  }

  async #copy(job: ReplayJob, rows: readonly ReplayedRow[], advance: Advance): Promise<ReplayedRow[]> {
    const copies = rows.map((row) => toCopy(job, row, row.body as Buffer));
    const deliveries = rows.map((row, index) =>
      toCopyDelivery(job, row, copies[index] as (typeof copies)[number]),
    );
    return chosen(deliveries, await this.#options.store.addCopies(job, copies, deliveries, advance));
  }

  async #takeMissing(job: ReplayJob, limit: number): Promise<ReplayedRow[] | undefined> {
    const events = await this.#options.store.missing(job, limit);
    const last = events.at(-1);
    if (last === undefined) return undefined;
    const isTaken = takesOf(job.destinationId, job.filter);
    const rows = events.filter((event) => isTaken(event)).map((event) => toFirstDelivery(job, event));
    const skipped = events.length - rows.length;
    const advance: Advance = { cursor: [last.recordedIn, last.id], sent: rows.length, skipped };
    return chosen(rows, await this.#options.store.add(job, rows, advance));
  }

  /** Everything that is marked as sent and may not have been published: with an outcome it would not be outstanding. */
  async #republish(replayId?: string): Promise<void> {
    const { store } = this.#options;
    for (let after = NIL; ;) {
      const rows = await store.outstanding(REPUBLISHED_AT_ONCE, after, replayId);
      const last = rows.at(-1);
      if (last === undefined) return;
      await this.#publish(await this.#withBodies(rows));
      after = last.id;
    }
  }

  /** Without those whose event retention has removed since they were chosen. */
  async #withBodies(rows: readonly ReplayedRow[]): Promise<ReplayedRow[]> {
    const gone = rows.filter(({ body }) => body === null).map(({ id }) => id);
    if (gone.length > 0) await this.#options.store.giveUp(gone);
    return rows.filter(({ body }) => body !== null);
  }

  async #watchOver({ id, outstanding }: ReplayJob): Promise<void> {
    const { now } = this.#options;
    const known = this.#movedAt.get(id);
    if (known === undefined || known.outstanding !== outstanding || outstanding === 0)
      return void this.#movedAt.set(id, { outstanding, atMs: now() });
    if (now() - known.atMs < STALLED_MS) return;
    known.atMs = now();
    this.#log.warn({ replayId: id, outstanding }, 'replay.stalled');
    await this.#republish(id);
  }

  async #publish(rows: readonly ReplayedRow[]): Promise<void> {
    const { publisher, bodies, store } = this.#options;
    const failed: { id: string; reason: string }[] = [];
    const publish = async (row: ReplayedRow) => {
      const made = await bodies.make(row, row.body as Buffer);
      if (made.kind === 'failed')
        return void failed.push({ id: row.id, reason: `${TRANSFORMATION_FAILED}: ${made.reason}` });
      const { kind: _kind, ...body } = made;
      // The recorder does not read the topic of replays; these bytes are the delivery's from now on.
      if (body.isTransformed && row.ownBody === null) await store.keepBody(row.id, body.body);
      await publisher.replay(row.kind, toReplayed(row, body));
    };
    await Promise.all(rows.map((row) => publish(row)));
    if (failed.length > 0)
      await store.fail(
        failed.map(({ id }) => id),
        failed.map(({ reason }) => reason),
      );
  }
}

function chosen(rows: readonly ReplayedRow[], ids: ReadonlySet<string> | undefined): ReplayedRow[] {
  return ids === undefined ? [] : rows.filter(({ id }) => ids.has(id));
}

function positionOf({ acceptedAt, id }: ReplayedRow): [string, string] {
  return [acceptedAt.toISOString(), id];
}
