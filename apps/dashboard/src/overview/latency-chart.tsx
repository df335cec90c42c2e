import { LineChart } from '@mantine/charts';
import type { Statistics } from '../api/types.ts';
import { formatDuration } from '../ui/format-time.ts';
import { ChartCard } from './chart-card.tsx';
import { CHART_PROPS, labelled } from './chart-props.ts';

const SERIES = [
  { name: 'p50', label: 'p50', color: 'var(--hub-chart-soft)' },
  { name: 'p95', label: 'p95', color: 'var(--hub-chart-main)' },
  { name: 'p99', label: 'p99', color: 'var(--hub-chart-bad)' },
];

/** How long attempts took: half of them, 95 % and 99 % stayed below. */
export function LatencyChart({ statistics }: { statistics: Statistics | undefined }) {
  const latency = statistics?.total.latency;
  const summary = latency
    ? `p50 ${latency.p50} ms, p95 ${latency.p95} ms, p99 ${latency.p99} ms`
    : 'no attempts';
  return (
    <ChartCard title="Response time" summary={summary} legend={SERIES}>
      <LineChart
        {...CHART_PROPS}
        data={labelled(statistics)}
        series={SERIES}
        curveType="linear"
        lineProps={{ isAnimationActive: false }}
        lineChartProps={{ accessibilityLayer: false }}
        connectNulls={false}
        // A single half-hour has no line.
        dotProps={{ r: 1.5 }}
        strokeWidth={1.75}
        valueFormatter={formatDuration}
        yAxisProps={{ width: 62, tickFormatter: formatDuration }}
      />
    </ChartCard>
  );
}
