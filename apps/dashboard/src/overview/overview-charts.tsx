import { Box } from '@mantine/core';
import type { Statistics } from '../api/types.ts';
import { AttemptChart } from './attempt-chart.tsx';
import { ChartPair } from './chart-pair.tsx';
import { EventChart } from './event-chart.tsx';
import { LatencyChart } from './latency-chart.tsx';

/** The charts of a project. */
export function OverviewCharts({ statistics }: { statistics: Statistics | undefined }) {
  return (
    <Box mb="xl">
      <ChartPair
        first={<EventChart statistics={statistics} />}
        second={<AttemptChart statistics={statistics} />}
      />
      <Box mt="md">
        <LatencyChart statistics={statistics} />
      </Box>
    </Box>
  );
}
