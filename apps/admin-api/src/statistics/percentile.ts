const BOUNDS_MS = [0, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 31_500] as const;

/** The durations below which half, 95 % and 99 % of the attempts stayed. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

/** Null without attempts. @param counts attempts by class of duration, as the recorder counts them */
export function percentilesOf(counts: readonly number[]): Percentiles | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  return {
    p50: percentile(counts, total * 0.5),
    p95: percentile(counts, total * 0.95),
    p99: percentile(counts, total * 0.99),
  };
}

// Within a class, as if its attempts were spread evenly over it.
function percentile(counts: readonly number[], rank: number): number {
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const [from = 0, to = from] = BOUNDS_MS.slice(index, index + 2);
      return Math.round(from + ((rank - below) / count) * (to - from));
    }
    below += count;
  }
  return 0;
}
