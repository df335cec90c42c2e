import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleDelivery } from '../../../test/harness/pipeline-samples.ts';
import { Lane, MAX_QUEUED_WHILE_HELD_BACK, type Job } from './lane.ts';
import type { Outcome } from './outcome.ts';

const START = 1_750_000_000_000;
const MINUTE = 60_000;
const delivered: Outcome = { kind: 'delivered', status: 200 };
const failed: Outcome = { kind: 'rejected', status: 500, retryAfterMs: undefined };
const busy = (retryAfterMs: number): Outcome => ({ kind: 'rejected', status: 429, retryAfterMs });

interface Running {
  key: string;
  atMs: number;
  /** Ends the attempt: what the engine does at its end. */
  end: (outcome?: Outcome) => Promise<void>;
}

interface Shape {
  limit?: number;
  maxQueued?: number;
  failures?: number;
  rateLimit?: number | null;
}

function createLane({ limit = 1, maxQueued = 100, failures = 0, rateLimit = null }: Shape = {}) {
  const runs: Running[] = [];
  const policy = { maxConcurrency: 64, pauseFailures: 10, probeSpacingMs: 1_000 };
  const run = ([job]: readonly Job[], on: Lane) =>
    new Promise<void>((resolve) => {
      const wasProbe = on.health.consecutiveFailures >= 3;
      const end = async (outcome?: Outcome) => {
        if (outcome !== undefined) on.settle(outcome, wasProbe);
        resolve();
        await vi.advanceTimersByTimeAsync(0);
      };
      runs.push({ key: job?.key ?? '', atMs: Date.now() - START, end });
    });
  const rate = { perSecond: rateLimit };
  const options = {
    destinationId: 'd',
    policy,
    maxQueued,
    rateLimit: () => rate.perSecond,
    run,
    now: () => Date.now(),
  };
  const lane = new Lane(options, 1, failures);
  lane.health = { ...lane.health, limit };
  return { lane, runs, rate, started: () => runs.map(({ key }) => key) };
}

function push(lane: Lane, ...keys: string[]): void {
  for (const key of keys)
    lane.push({ key, delivery: sampleDelivery({ id: key }), finishers: [], takenOnAtMs: Date.now() });
}

function pushReplays(lane: Lane, ...keys: string[]): void {
  for (const key of keys)
    lane.push({
      key,
      delivery: sampleDelivery({ id: key, replayId: 'r' }),
      finishers: [],
      takenOnAtMs: Date.now(),
    });
}

const isFull = (lane: Lane) => !lane.hasRoomFor({ delivery: sampleDelivery() });
const keys = (jobs: readonly Job[]) => jobs.map(({ key }) => key);
const many = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

// A lane wakes itself by a timer; everything else of its clock is `now`.
beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

describe('a lane', () => {
  it('runs as many as its limit, in the order they came, and the next as each ends', async () => {
    const { lane, runs, started } = createLane({ limit: 2 });
    push(lane, 'a', 'b', 'c', 'd');
    expect(started()).toEqual(['a', 'b']);
    expect([lane.inFlight, lane.queued]).toEqual([2, 2]);
    await runs[1]?.end();
    expect(started()).toEqual(['a', 'b', 'c']);
    await runs[0]?.end();
    await runs[2]?.end();
    await runs[3]?.end();
    expect(started()).toEqual(['a', 'b', 'c', 'd']);
    expect([lane.inFlight, lane.queued]).toEqual([0, 0]);
  });

  it('opens up with successes and closes down with failures', async () => {
    const { lane, runs } = createLane();
    push(lane, ...many(20));
    await runs[0]?.end(delivered);
    expect(lane.inFlight).toBe(2);
    await runs[1]?.end(delivered);
    await runs[2]?.end(delivered);
    expect(lane.inFlight).toBe(4);
    await runs[3]?.end(failed);
    expect(lane.inFlight).toBe(3);
    await runs[4]?.end();
    expect(lane.inFlight).toBe(2);
    await runs[5]?.end();
    expect(lane.inFlight).toBe(2);
  });

  it('starts nothing while it is held, and goes on where it was when released', async () => {
    const { lane, runs, started } = createLane({ limit: 2 });
    push(lane, 'a');
    lane.hold();
    push(lane, 'b', 'c');
    await runs[0]?.end();
    expect(started()).toEqual(['a']);
    lane.release();
    expect(started()).toEqual(['a', 'b', 'c']);
  });

  it('held in the middle of a pause stays quiet after it', async () => {
    const { lane, runs, started } = createLane();
    push(lane, 'a', 'b');
    await runs[0]?.end(busy(MINUTE));
    lane.hold();
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(started()).toEqual(['a']);
    lane.release();
    expect(started()).toEqual(['a', 'b']);
  });

  it('released in the middle of a pause waits for its end', async () => {
    const { lane, runs } = createLane();
    push(lane, 'a', 'b');
    await runs[0]?.end(busy(MINUTE));
    lane.hold();
    await vi.advanceTimersByTimeAsync(MINUTE / 2);
    lane.release();
    await vi.advanceTimersByTimeAsync(MINUTE / 2 + 10);
    expect(runs.map(({ atMs }) => atMs)).toEqual([0, MINUTE]);
  });

  it('gives back what waits: all of it, or the newest beyond what it may keep', () => {
    const { lane } = createLane({ maxQueued: 3 });
    push(lane, 'a', 'b', 'c', 'd', 'e', 'f');
    expect(keys(lane.takeSurplus())).toEqual(['e', 'f']);
    expect(keys(lane.takeSurplus())).toEqual([]);
    expect(keys(lane.takeQueued())).toEqual(['b', 'c', 'd']);
    expect(lane.queued).toBe(0);
  });
});

describe('a full lane', () => {
  it('is one with as many waiting as it may have', () => {
    const { lane } = createLane({ maxQueued: 3 });
    push(lane, ...many(3));
    expect(isFull(lane)).toBe(false);
    push(lane, 'last');
    expect(isFull(lane)).toBe(true);
  });

  it('is full much sooner while its destination fails or asked to be left alone', () => {
    for (const health of [{ consecutiveFailures: 3 }, { notBeforeMs: START + 1 }]) {
      const { lane } = createLane({ maxQueued: 1_000 });
      push(lane, ...many(MAX_QUEUED_WHILE_HELD_BACK + 1));
      expect(isFull(lane)).toBe(false);
      lane.health = { ...lane.health, ...health };
      expect([lane.isHeldBack, isFull(lane)]).toEqual([true, true]);
    }
  });

  it('is no longer held back once its pause is over', async () => {
    const { lane, runs } = createLane();
    push(lane, 'a');
    await runs[0]?.end(busy(MINUTE));
    expect(lane.isHeldBack).toBe(true);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(lane.isHeldBack).toBe(false);
  });
});

describe('a failing destination', () => {
  it('that had many requests in flight is probed by one at a time after them', async () => {
    const { lane, runs } = createLane({ limit: 8 });
    push(lane, ...many(20));
    for (let index = 0; index < 8; index += 1) await runs[index]?.end(failed);
    expect(lane.inFlight).toBe(0);
    for (let probe = 8; probe < 17; probe += 1) {
      await vi.advanceTimersByTimeAsync(2 * MINUTE);
      expect(lane.inFlight).toBe(1);
      await runs[probe]?.end(failed);
    }
    expect(runs[8]?.atMs).toBe(1_000);
    expect(lane.health.consecutiveFailures).toBe(12);
  });

  it('gets its probes on time, neither early nor late', async () => {
    const { lane, runs } = createLane({ failures: 3 });
    lane.health = { ...lane.health, notBeforeMs: START + 1_000 };
    push(lane, ...many(10));
    for (let probe = 0; probe < 7; probe += 1) {
      while (runs[probe] === undefined) await vi.advanceTimersToNextTimerAsync();
      await runs[probe]?.end(failed);
    }
    expect(runs.map(({ atMs }) => atMs / 1_000)).toEqual([1, 3, 7, 15, 31, 63, 123]);
  });

  it('that recovers gets what waits at once', async () => {
    const { lane, runs } = createLane({ failures: 5 });
    push(lane, 'a', 'b', 'c');
    await runs[0]?.end(delivered);
    expect(lane.inFlight).toBe(2);
    expect(lane.isHeldBack).toBe(false);
  });

  it('that was enabled again starts over, without the pause, the count and the reason', async () => {
    const { lane, runs, started } = createLane();
    push(lane, 'a', 'b');
    await runs[0]?.end(busy(MINUTE));
    lane.disabledReason = 'consecutive_failures';
    lane.reset(2);
    expect(started()).toEqual(['a', 'b']);
    expect([lane.epoch, lane.disabledReason, lane.health.consecutiveFailures]).toEqual([2, null, 0]);
  });
});

describe('a rate limit', () => {
  /** How many requests started in each second, the destination answering at once. */
  async function startsBySecond(perSecond: number, seconds: number): Promise<number[]> {
    const { lane, runs } = createLane({ limit: 64, maxQueued: 10_000, rateLimit: perSecond });
    push(lane, ...many(Math.ceil(perSecond * seconds * 2) + 10));
    let ended = 0;
    while (Date.now() < START + seconds * 1_000) {
      for (; ended < runs.length; ended += 1) await runs[ended]?.end();
      await vi.advanceTimersByTimeAsync(10);
    }
    const inSecond = (second: number) => runs.filter(({ atMs }) => Math.floor(atMs / 1_000) === second);
    return Array.from({ length: seconds }, (_, second) => inSecond(second).length);
  }

  it.each([0.5, 1, 10, 50, 200])('of %d a second is kept, and used', async (perSecond) => {
    const seconds = 4;
    const starts = await startsBySecond(perSecond, seconds);
    // What a lane may catch up is 50 ms, and a second may begin and end with a request.
    expect(Math.max(...starts)).toBeLessThanOrEqual(perSecond * 1.05 + 1);
    const total = starts.reduce((sum, count) => sum + count, 0);
    expect(total).toBeGreaterThanOrEqual(Math.floor(perSecond * seconds * 0.9));
  });

  it('saves nothing up over a quiet time', async () => {
    const { lane, runs } = createLane({ limit: 64, rateLimit: 10 });
    push(lane, 'a');
    await vi.advanceTimersByTimeAsync(MINUTE);
    push(lane, ...many(20));
    expect(runs.length).toBeLessThanOrEqual(2);
  });

  it('holds while the destination is healthy and while it is probed', async () => {
    const { lane, runs } = createLane({ limit: 64, rateLimit: 0.1, failures: 3 });
    push(lane, ...many(3));
    await runs[0]?.end(delivered);
    await vi.advanceTimersByTimeAsync(9_000);
    expect(runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toHaveLength(2);
  });

  it('lets no more wait than goes out in three seconds; the rest waits where it holds up nobody', () => {
    for (const [perSecond, full] of [
      [0.1, 1],
      [10, 30],
      [1_000, 100],
    ] as const) {
      const { lane } = createLane({ limit: 1, maxQueued: 100, rateLimit: perSecond });
      push(lane, ...many(full));
      expect(isFull(lane)).toBe(false);
      push(lane, 'last');
      expect(isFull(lane)).toBe(true);
    }
  });

  it('that is lifted holds nothing back any more', async () => {
    const { lane, runs, rate } = createLane({ limit: 64, rateLimit: 1 });
    push(lane, ...many(2));
    await vi.advanceTimersByTimeAsync(1_000);
    rate.perSecond = null;
    push(lane, ...many(10));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toHaveLength(12);
  });
});

describe('replays in a lane', () => {
  it('start only when nothing else waits, and leave it its slots', async () => {
    const { lane, runs, started } = createLane({ limit: 2 });
    pushReplays(lane, 'r1', 'r2');
    push(lane, 'a', 'b', 'c');
    expect(started()).toEqual(['r1', 'a', 'b']);
    await runs[0]?.end();
    expect(started()).toEqual(['r1', 'a', 'b']);
    await runs[1]?.end();
    expect(started()).toEqual(['r1', 'a', 'b', 'c', 'r2']);
  });

  it('are as many side by side as a quarter of what the destination bears, and one at least', () => {
    for (const [limit, replays] of [
      [1, 1],
      [7, 1],
      [8, 2],
      [64, 16],
    ] as const) {
      const { lane } = createLane({ limit });
      pushReplays(lane, ...many(100));
      expect([limit, lane.inFlight]).toEqual([limit, replays]);
    }
  });

  it('never make more requests than one destination may have', () => {
    const { lane, started } = createLane({ limit: 64 });
    push(lane, ...many(64));
    pushReplays(lane, 'r');
    expect(started()).not.toContain('r');
  });

  it('share the probes of a failing destination, one request at a time', async () => {
    const { lane, runs, started } = createLane({ failures: 3 });
    pushReplays(lane, 'r1', 'r2');
    push(lane, 'a');
    expect(started()).toEqual(['r1']);
    await runs[0]?.end(failed);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(started()).toEqual(['r1', 'a']);
    expect(lane.health.consecutiveFailures).toBe(4);
    await runs[1]?.end(delivered);
    expect(started()).toEqual(['r1', 'a', 'r2']);
    expect(lane.health.consecutiveFailures).toBe(0);
  });

  it('share the rate limit, and come last', async () => {
    const { lane, runs, started } = createLane({ limit: 64, rateLimit: 1 });
    pushReplays(lane, 'r1', 'r2', 'r3');
    push(lane, 'a', 'b');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(started()).toEqual(['r1', 'a', 'b', 'r2', 'r3']);
    expect(runs.map(({ atMs }) => atMs)).toEqual([0, 950, 1_950, 2_950, 3_950]);
  });

  it('fill only their own part of it', () => {
    const { lane } = createLane({ maxQueued: 2 });
    pushReplays(lane, ...many(3));
    expect(lane.hasRoomFor({ delivery: sampleDelivery({ replayId: 'r' }) })).toBe(false);
    expect(isFull(lane)).toBe(false);
    expect(lane.takeQueued()).toHaveLength(2);
  });
});
