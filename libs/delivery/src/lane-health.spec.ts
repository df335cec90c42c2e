import { describe, expect, it } from 'vitest';
import { afterAttempt, freshHealth, isProbing, type LaneHealth, type LanePolicy } from './lane-health.ts';
import type { Outcome } from './outcome.ts';

const NOW = 1_750_000_000_000;
const POLICY: LanePolicy = { maxConcurrency: 64, pauseFailures: 10, probeSpacingMs: 1_000 };

const delivered: Outcome = { kind: 'delivered', status: 200 };
const unreachable: Outcome = { kind: 'unreachable', reason: 'connect' };
const rejected = (status: number, retryAfterMs?: number): Outcome => ({
  kind: 'rejected',
  status,
  retryAfterMs,
});
const interrupted = (isFault: boolean): Outcome => ({ kind: 'interrupted', isFault, wasSent: true });

function after(health: LaneHealth, outcome: Outcome, policy: LanePolicy = POLICY): LaneHealth {
  return afterAttempt(health, outcome, { nowMs: NOW, wasProbe: isProbing(health) }, policy);
}

/** One attempt after the other, each started when the one before had ended. */
function inTurn(health: LaneHealth, outcomes: readonly Outcome[], policy?: LanePolicy): LaneHealth[] {
  const steps: LaneHealth[] = [];
  for (const outcome of outcomes) steps.push((health = after(health, outcome, policy)));
  return steps;
}

const times = (count: number, outcome: Outcome) => Array.from({ length: count }, () => outcome);
const last = (steps: readonly LaneHealth[]) => steps.at(-1) as LaneHealth;

/** Limits after each full round of successes: as many as were allowed side by side. */
function rounds(health: LaneHealth, count: number, policy?: LanePolicy): number[] {
  return Array.from({ length: count }, () => {
    health = last(inTurn(health, times(health.limit, delivered), policy));
    return health.limit;
  });
}

describe('the limit of a lane', () => {
  it('starts at one request and doubles with each round of successes, up to the ceiling', () => {
    expect(freshHealth(0).limit).toBe(1);
    expect(rounds(freshHealth(0), 8)).toEqual([2, 4, 8, 16, 32, 64, 64, 64]);
  });

  it('after the first failure grows by one a round', () => {
    const failed = after({ ...freshHealth(0), limit: 16 }, rejected(500));
    expect(failed.limit).toBe(8);
    expect(rounds(failed, 4)).toEqual([9, 10, 11, 12]);
    expect(last(inTurn(failed, times(7, delivered))).limit).toBe(8);
  });

  it.each([1, 5, 64])('never passes a ceiling of %i, however it grows', (maxConcurrency) => {
    const policy = { ...POLICY, maxConcurrency };
    expect(Math.max(...rounds(freshHealth(0), 10, policy))).toBe(maxConcurrency);
    const slow = { ...freshHealth(0), limit: maxConcurrency, isGrowingSlowly: true };
    expect(rounds(slow, 3, policy)).toEqual(times(3, delivered).map(() => maxConcurrency));
  });

  it.each([
    ['500', rejected(500)],
    ['429', rejected(429)],
    ['503', rejected(503)],
    ['no answer', unreachable],
  ])('is halved by %s, and never below one', (_, outcome) => {
    const limits = [64, 33, 3, 2, 1].map((limit) => after({ ...freshHealth(0), limit }, outcome).limit);
    expect(limits).toEqual([32, 16, 1, 1, 1]);
  });

  it('is one from the third failure in a row on', () => {
    const steps = inTurn({ ...freshHealth(0), limit: 64 }, times(4, rejected(500)));
    expect(steps.map(({ limit }) => limit)).toEqual([32, 16, 1, 1]);
  });
});

describe('consecutive failures', () => {
  it('are ten after ten failed attempts in turn, and probing from the third on', () => {
    const steps = inTurn(freshHealth(0), times(10, rejected(500)));
    expect(steps.map(({ consecutiveFailures }) => consecutiveFailures)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(steps.map((health) => isProbing(health))).toEqual([false, false, ...Array(8).fill(true)]);
  });

  it('go on from the count that was kept', () => {
    expect(isProbing(freshHealth(3))).toBe(true);
    expect(after(freshHealth(9), unreachable).consecutiveFailures).toBe(10);
  });

  it('do not rise by requests that were already under way when the probing began', () => {
    const side = { nowMs: NOW, wasProbe: false };
    let health: LaneHealth = { ...freshHealth(0), limit: 8 };
    for (let count = 0; count < 8; count += 1) health = afterAttempt(health, rejected(500), side, POLICY);
    expect(health.consecutiveFailures).toBe(3);
    expect(health.notBeforeMs).toBe(NOW + 1_000);
  });

  it.each([
    ['a success', delivered, 0],
    ['429', rejected(429), 5],
    ['our own stop', interrupted(false), 5],
    ['our own fault', interrupted(true), 5],
    ['a redirect', rejected(302), 6],
    ['410', rejected(410), 6],
    ['no answer', unreachable, 6],
  ])('after five and %s are as many as they should be', (_, outcome, count) => {
    expect(after(freshHealth(5), outcome).consecutiveFailures).toBe(count);
  });
});

describe('the distance between probes', () => {
  const spacings = (probeSpacingMs: number) =>
    inTurn(freshHealth(0), times(12, rejected(500)), { ...POLICY, probeSpacingMs }).map(
      ({ notBeforeMs }) => Math.max(0, notBeforeMs - NOW) / 1_000,
    );

  it('is 1 s after the third failure, doubles, and ends at 60 s', () => {
    expect(spacings(1_000)).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });

  it('follows its setting, which never passes 60 s', () => {
    expect(spacings(20_000)).toEqual([0, 0, 20, 40, ...Array(8).fill(60)]);
    expect(spacings(600_000).slice(2)).toEqual(Array(10).fill(60));
  });

  it('is nothing when it is turned off, while probes still go one by one', () => {
    expect(spacings(0)).toEqual(Array(12).fill(0));
    const probing = last(inTurn(freshHealth(0), times(5, rejected(500)), { ...POLICY, probeSpacingMs: 0 }));
    expect(probing).toMatchObject({ limit: 1, consecutiveFailures: 5 });
  });

  it('stays finite after a thousand failures', () => {
    const health = last(inTurn(freshHealth(0), times(1_100, rejected(500))));
    expect(health.notBeforeMs).toBe(NOW + 60_000);
  });

  it('ends with a success: nothing is waited for, and the limit begins at one again', () => {
    const healed = after(freshHealth(7), delivered);
    expect(healed).toMatchObject({ consecutiveFailures: 0, notBeforeMs: 0 });
    const steps = inTurn({ ...freshHealth(0), limit: 64 }, [...times(5, unreachable), delivered]);
    expect(last(steps)).toMatchObject({ consecutiveFailures: 0, limit: 2, isGrowingSlowly: true });
  });
});

describe('a request to be left alone', () => {
  it.each([
    ['429 with Retry-After', rejected(429, 30_000), 30_000],
    ['429 without', rejected(429), 1_000],
    ['429 with Retry-After 0', rejected(429, 0), 0],
    ['503 with Retry-After', rejected(503, 45_000), 45_000],
    ['503 without', rejected(503), 0],
    ['500 with Retry-After, which speaks of one delivery', rejected(500, 45_000), 0],
    ['Retry-After of days, bounded to an hour', rejected(429, 999_999_999_000), 3_600_000],
  ])('of %s pauses the lane as long as it may', (_, outcome, pauseMs) => {
    const health = after(freshHealth(0), outcome);
    expect(health.notBeforeMs).toBe(NOW + pauseMs);
  });

  it('is not cut short by a smaller one that arrives later', () => {
    const steps = inTurn({ ...freshHealth(0), limit: 8 }, [
      rejected(429, 60_000),
      rejected(429, 5_000),
      rejected(500),
    ]);
    expect(steps.map(({ notBeforeMs }) => notBeforeMs - NOW)).toEqual([60_000, 60_000, 60_000]);
  });

  it('of a probe holds, when it is longer than the spacing, and the other way round', () => {
    expect(after(freshHealth(3), rejected(503, 30_000)).notBeforeMs).toBe(NOW + 30_000);
    expect(after(freshHealth(8), rejected(503, 1_000)).notBeforeMs).toBe(NOW + 60_000);
  });
});

describe('an interruption', () => {
  const busy: LaneHealth = {
    limit: 12,
    consecutiveFailures: 2,
    notBeforeMs: NOW - 5,
    growth: 3,
    isGrowingSlowly: true,
  };

  it('of our own doing changes nothing', () => {
    expect(after(busy, interrupted(false))).toEqual(busy);
  });

  it('by a fault of ours pauses the lane for some seconds and changes nothing else', () => {
    const paused = after(busy, interrupted(true));
    expect(paused).toEqual({ ...busy, notBeforeMs: NOW + 5_000 });
  });
});

describe('a pause that the destination asked for', () => {
  const policy = { maxConcurrency: 64, pauseFailures: 10, probeSpacingMs: 1_000 };
  const at = { nowMs: 1_000_000, wasProbe: false };
  const paused = afterAttempt(
    { ...freshHealth(0), limit: 8 },
    { kind: 'rejected', status: 429, retryAfterMs: 60_000 },
    at,
    policy,
  );

  it.each<[string, Outcome]>([
    ['a success that was under way beside it', { kind: 'delivered', status: 200 }],
    ['a fault of ours', { kind: 'interrupted', isFault: true, wasSent: false }],
  ])('is not shortened by %s', (_, outcome) => {
    expect(afterAttempt(paused, outcome, at, policy).notBeforeMs).toBe(at.nowMs + 60_000);
  });
});
