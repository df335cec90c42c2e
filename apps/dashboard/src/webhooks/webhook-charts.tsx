import { useQuery } from '@tanstack/react-query';
import { webhookStatisticsQuery } from '../api/queries.ts';
import { AttemptChart } from '../overview/attempt-chart.tsx';
import { LatencyChart } from '../overview/latency-chart.tsx';
import type { Period } from '../overview/period.ts';
import { PeriodPicker } from '../overview/period-picker.tsx';
import { ChartPair } from '../overview/chart-pair.tsx';
import { Figures } from '../overview/figures.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Section } from '../ui/section.tsx';

interface WebhookChartsProps {
  projectId: string;
  webhookId: string;
  period: Period;
  onPeriod: (period: Period) => void;
}

/** Attempts and latency of one webhook. */
export function WebhookCharts({ projectId, webhookId, period, onPeriod }: WebhookChartsProps) {
  const { data, error, refetch } = useQuery(webhookStatisticsQuery(projectId, webhookId, period));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  return (
    <Section title="Health" actions={<PeriodPicker value={period} onChange={onPeriod} />}>
      <Figures statistics={data} />
      <ChartPair first={<AttemptChart statistics={data} />} second={<LatencyChart statistics={data} />} />
    </Section>
  );
}
