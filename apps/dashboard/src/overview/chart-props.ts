import type { Statistics } from '../api/types.ts';

const HOUR_MS = 3_600_000;

/** What all charts have in common. */
export const CHART_PROPS = {
  h: 190,
  dataKey: 'label',
  gridAxis: 'x',
  tickLine: 'none',
  strokeDasharray: '0',
  gridColor: 'var(--hub-border)',
  textColor: 'var(--mantine-color-dimmed)',
  withLegend: false,
  xAxisProps: { minTickGap: 48 },
  tooltipAnimationDuration: 0,
} as const;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short', hour: '2-digit', minute: '2-digit' });
// Steps of a day are days of UTC, as the hub keeps them.
const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Steps with the text that stands below them. */
export function labelled(statistics: Statistics | undefined): Record<string, string | number | null>[] {
  if (statistics === undefined) return [];
  const { stepMs, series } = statistics;
  const format = stepMs < HOUR_MS ? clock : stepMs < 24 * HOUR_MS ? weekday : date;
  return series.map(({ at, latency, ...counts }) => ({
    label: format.format(new Date(at)),
    ...counts,
    p50: latency?.p50 ?? null,
    p95: latency?.p95 ?? null,
    p99: latency?.p99 ?? null,
  }));
}
