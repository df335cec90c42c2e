import { countsAsFailure, type Outcome } from './outcome.ts';

/** How a lane treats its destination; settings of the hub. */
export interface LanePolicy {
  maxConcurrency: number;
  /** Consecutive failures that disable the destination. */
  pauseFailures: number;
  /** First distance between probes, doubled up to `MAX_SPACING_MS`; 0 sends the next probe at once. */
  probeSpacingMs: number;
}

/** What a lane knows of its destination's health. */
export interface LaneHealth {
  /** Requests that may be in flight. */
  limit: number;
  consecutiveFailures: number;
  /** No request starts before (Unix ms). */
  notBeforeMs: number;
  /** Successes until the limit may grow by one; 0 while it still doubles. */
  growth: number;
  isGrowingSlowly: boolean;
}

/** From this many failures in a row on, one probe at a time is sent. */
export const PROBING_FROM = 3;
const MAX_SPACING_MS = 60_000;
/** After a fault of our own (no name server, no route) a lane waits this long, uncounted. */
const FAULT_PAUSE_MS = 5_000;
const MAX_RETRY_AFTER_MS = 3_600_000;

/** A lane that knows nothing but the count that was kept of its destination. */
export function freshHealth(consecutiveFailures: number): LaneHealth {
  return { limit: 1, consecutiveFailures, notBeforeMs: 0, growth: 0, isGrowingSlowly: false };
}

/** Whether single probes are sent instead of deliveries side by side. */
export function isProbing(health: LaneHealth): boolean {
  return health.consecutiveFailures >= PROBING_FROM;
}

/**
 * A lane's health after an attempt. The limit doubles with each round of successes until the first failure, then grows
 * by one a round; a failure or a 429 halves it. Requests that were under way side by side when the probing began say
 * nothing new about the destination, so they don't count any further.
 * @param wasProbe the attempt started while the lane was probing
 */
export function afterAttempt(
  health: LaneHealth,
  outcome: Outcome,
  at: { nowMs: number; wasProbe: boolean },
  policy: LanePolicy,
): LaneHealth {
  if (outcome.kind === 'delivered') return afterSuccess(health, at.wasProbe, policy);
  if (outcome.kind === 'interrupted')
    return outcome.isFault
      ? { ...health, notBeforeMs: Math.max(health.notBeforeMs, at.nowMs + FAULT_PAUSE_MS) }
      : health;
  const slowed = {
    ...health,
    limit: Math.max(1, Math.floor(health.limit / 2)),
    growth: 0,
    isGrowingSlowly: true,
  };
  const withPause = {
    ...slowed,
    notBeforeMs: Math.max(health.notBeforeMs, at.nowMs + requestedPauseMs(outcome)),
  };
  if (!countsAsFailure(outcome)) return withPause;
  if (isProbing(health) && !at.wasProbe) return withPause;
  const consecutiveFailures = health.consecutiveFailures + 1;
  const spacingMs = spacingAfter(consecutiveFailures, policy.probeSpacingMs);
  return {
    ...withPause,
    consecutiveFailures,
    limit: consecutiveFailures >= PROBING_FROM ? 1 : withPause.limit,
    notBeforeMs: Math.max(withPause.notBeforeMs, at.nowMs + spacingMs),
  };
}

function afterSuccess(health: LaneHealth, wasProbe: boolean, policy: LanePolicy): LaneHealth {
  // A request that was under way when another was told to wait says nothing against waiting.
  const base = { ...health, consecutiveFailures: 0, notBeforeMs: wasProbe ? 0 : health.notBeforeMs };
  if (!health.isGrowingSlowly) return { ...base, limit: Math.min(policy.maxConcurrency, health.limit + 1) };
  const growth = health.growth + 1;
  if (growth < health.limit) return { ...base, growth };
  return { ...base, growth: 0, limit: Math.min(policy.maxConcurrency, health.limit + 1) };
}

function spacingAfter(consecutiveFailures: number, firstMs: number): number {
  if (consecutiveFailures < PROBING_FROM) return 0;
  return Math.min(MAX_SPACING_MS, firstMs * 2 ** (consecutiveFailures - PROBING_FROM));
}

/** Only 429 and 503 ask the whole destination to be left alone; other answers speak of one delivery. */
function requestedPauseMs(outcome: Outcome): number {
  if (outcome.kind !== 'rejected' || (outcome.status !== 429 && outcome.status !== 503)) return 0;
  const askedMs = outcome.retryAfterMs ?? (outcome.status === 429 ? 1_000 : 0);
  return Math.min(askedMs, MAX_RETRY_AFTER_MS);
}
