import { BarChart } from '@mantine/charts';
import type { Statistics } from '../api/types.ts';
import { formatCompact, formatCount } from '../ui/format-number.ts';
import { ChartCard } from './chart-card.tsx';
import { CHART_PROPS, labelled } from './chart-props.ts';

const SERIES = [
  { name: 'events', label: 'Events', color: 'var(--hub-chart-main)' },
  { name: 'deliveries', label: 'Deliveries', color: 'var(--hub-chart-soft)' },
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
      <BarChart
        {...CHART_PROPS}
        data={labelled(statistics)}
        series={SERIES}
        valueFormatter={formatCount}
        yAxisProps={{ width: 44, allowDecimals: false, tickFormatter: formatCompact }}
      />
    </ChartCard>
  );
}
