import { percentilesOf, type Percentiles } from './percentile.ts';
import { PERIODS, type Period } from './statistics.request.ts';
import type { TrafficRow } from './statistics.store.ts';

/** One step of a chart. `latency` is null where nothing was attempted. */
export interface Step {
  at: Date;
  events: number;
  deliveries: number;
  delivered: number;
  failed: number;
  latency: Percentiles | null;
}

/** When the first step of a period starts; the last is the one that `now` is in. */
export function startOf(period: Period, nowMs: number): Date {
  const { lengthMs, stepMs } = PERIODS[period];
  return new Date(Math.floor(nowMs / stepMs) * stepMs - lengthMs + stepMs);
}

/** Every step of a period, also those in which nothing happened, and their sum. */
export function drawSeries(rows: readonly TrafficRow[], period: Period, nowMs: number) {
  const { lengthMs, stepMs } = PERIODS[period];
  const byTime = new Map(rows.map((row) => [row.at.getTime(), row]));
  const first = startOf(period, nowMs).getTime();
  const series = Array.from({ length: lengthMs / stepMs }, (_, index): Step => {
    const at = new Date(first + index * stepMs);
    return { at, ...shown(byTime.get(at.getTime())) };
  });
  return { period, from: new Date(first), stepMs, series, total: shown(sum(rows)) };
}

function shown(row: Omit<TrafficRow, 'at'> | undefined): Omit<Step, 'at'> {
  const { events = 0, deliveries = 0, delivered = 0, failed = 0, durations = [] } = row ?? {};
  return { events, deliveries, delivered, failed, latency: percentilesOf(durations) };
}

function sum(rows: readonly TrafficRow[]): Omit<TrafficRow, 'at'> {
  const total = { events: 0, deliveries: 0, delivered: 0, failed: 0, durations: [] as number[] };
  for (const row of rows) {
    total.events += row.events;
    total.deliveries += row.deliveries;
    total.delivered += row.delivered;
    total.failed += row.failed;
    for (const [index, count] of row.durations.entries())
      total.durations[index] = (total.durations[index] ?? 0) + count;
  }
  return total;
}
