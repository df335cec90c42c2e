import { AreaChart } from '@mantine/charts';
import type { Statistics } from '../api/types.ts';
import { formatCompact, formatCount } from '../ui/format-number.ts';
import { ChartCard } from './chart-card.tsx';
import { CHART_PROPS, labelled } from './chart-props.ts';

const SERIES = [
  { name: 'deliveries', label: 'Deliveries', color: 'var(--hub-chart-soft)' },
  { name: 'events', label: 'Events', color: 'var(--hub-chart-main)' },
];

/** Events over time, and the deliveries that they became. */
export function EventChart({ statistics }: { statistics: Statistics | undefined }) {
  const { events = 0, deliveries = 0 } = statistics?.total ?? {};
  return (
    <ChartCard
      title="Events and deliveries"
      summary={`${events} events, ${deliveries} deliveries`}
      legend={SERIES}
    >
      <AreaChart
        {...CHART_PROPS}
        type="default"
        areaProps={{ isAnimationActive: false }}
        areaChartProps={{ accessibilityLayer: false }}
        curveType="linear"
        withDots={false}
        withGradient={false}
        fillOpacity={0.12}
        strokeWidth={1.75}
        data={labelled(statistics)}
        series={SERIES}
        valueFormatter={formatCount}
        yAxisProps={{ width: 44, allowDecimals: false, tickFormatter: formatCompact }}
      />
    </ChartCard>
  );
}
