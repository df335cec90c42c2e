import { BarChart, LineChart } from '@mantine/charts';
import type { Warehouse } from '../api/types.ts';
import { ChartCard } from '../overview/chart-card.tsx';
import { ChartPair } from '../overview/chart-pair.tsx';
import { CHART_PROPS } from '../overview/chart-props.ts';
import { formatCompact, formatCount } from '../ui/format-number.ts';
import { averageOf, drawTrend } from './describe-sink.ts';

const SCORES = [
  { name: 'score', label: 'Average of the day', color: 'var(--hub-chart-soft)' },
  { name: 'trend', label: 'Average of seven days', color: 'var(--hub-chart-main)' },
];
const ANSWERS = [{ name: 'responses', label: 'Answers', color: 'var(--hub-chart-main)' }];

const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** How hard customers find it, and how many say so, day by day. */
export function CesCharts({ trend }: { trend: Warehouse['trend'] }) {
  const data = drawTrend(trend).map((point) => ({ ...point, label: date.format(new Date(point.day)) }));
  const { responses, score } = averageOf(trend);
  return (
    <ChartPair
      first={
        <ChartCard title="Score" summary={`${(score ?? 0).toFixed(1)} on average`} legend={SCORES}>
          <LineChart
            {...CHART_PROPS}
            data={data}
            series={SCORES}
            curveType="linear"
            lineChartProps={{ accessibilityLayer: false }}
            connectNulls={false}
            dotProps={{ r: 1.5 }}
            strokeWidth={1.75}
            valueFormatter={(value) => value.toFixed(1)}
            yAxisProps={{ width: 36 }}
          />
        </ChartCard>
      }
      second={
        <ChartCard title="Answers" summary={`${responses} answers`} legend={ANSWERS}>
          <BarChart
            {...CHART_PROPS}
            data={data}
            series={ANSWERS}
            barChartProps={{ accessibilityLayer: false }}
            valueFormatter={formatCount}
            yAxisProps={{ width: 36, allowDecimals: false, tickFormatter: formatCompact }}
          />
        </ChartCard>
      }
    />
  );
}
