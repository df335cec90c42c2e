import { BarChart } from '@mantine/charts';
import type { Statistics } from '../api/types.ts';
import { formatCompact, formatCount } from '../ui/format-number.ts';
import { ChartCard } from './chart-card.tsx';
import { CHART_PROPS, labelled } from './chart-props.ts';

const SERIES = [
  { name: 'delivered', label: 'Delivered', color: 'var(--hub-chart-good)' },
  { name: 'failed', label: 'Failed', color: 'var(--hub-chart-bad)' },
];

/** Attempts over time: what the receivers took, and what failed. */
export function AttemptChart({ statistics }: { statistics: Statistics | undefined }) {
  const { delivered = 0, failed = 0 } = statistics?.total ?? {};
  return (
    <ChartCard title="Attempts" summary={`${delivered} delivered, ${failed} failed`} legend={SERIES}>
      <BarChart
        {...CHART_PROPS}
        data={labelled(statistics)}
        series={SERIES}
        type="stacked"
        barProps={{ isAnimationActive: false, radius: 1 }}
        barChartProps={{ accessibilityLayer: false }}
        valueFormatter={formatCount}
        yAxisProps={{ width: 44, allowDecimals: false, tickFormatter: formatCompact }}
      />
    </ChartCard>
  );
}
