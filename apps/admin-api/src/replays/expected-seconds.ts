import type { DestinationPace } from '#database';

/** How fast replays can go, beside what their destination bears. */
export interface ReplayLimits {
  /** Deliveries a second of all replays. */
  rate: number;
  /** Most requests side by side to one destination, of replays. */
  slots: number;
  /** For how long events are kept; 0 is for ever. */
  retentionDays: number;
}

/** How long sending so many takes if all goes well: nothing else waits, and nothing fails. */
export function expectedSeconds(
  count: number,
  pace: Pick<DestinationPace, 'rateLimit' | 'attemptMs'>,
  { rate, slots }: Pick<ReplayLimits, 'rate' | 'slots'>,
): number {
  const byAnswers = pace.attemptMs === null ? Infinity : (slots * 1_000) / Math.max(1, pace.attemptMs);
  return Math.ceil(count / Math.min(rate, pace.rateLimit ?? Infinity, byAnswers));
}
