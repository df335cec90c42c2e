import { Group, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useMay } from '../access/use-may.ts';
import { destinationsQuery, statisticsQuery } from '../api/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Attention } from './attention.tsx';
import { Figures } from './figures.tsx';
import { LastEvents } from './last-events.tsx';
import { PeriodPicker } from './period-picker.tsx';

const OverviewCharts = lazy(() =>
  import('./overview-charts.tsx').then((module) => ({ default: module.OverviewCharts })),
);
const route = getRouteApi('/projects/$projectId/');

/** How a project's events do, now and lately. */
export function OverviewPage() {
  const { projectId } = route.useParams();
  const { period = '24h' } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(statisticsQuery(projectId, period));
  return (
    <>
      <PageHeader
        title="Overview"
        actions={
          <PeriodPicker
            value={period}
            onChange={(next) => void navigate({ search: { period: next }, replace: true })}
          />
        }
      />
      {error && <ProblemAlert error={error} onRetry={refetch} />}
      <FirstSteps projectId={projectId} />
      <Figures statistics={data} withEvents />
      <Suspense fallback={<Skeleton h={254} mt="md" mb="xl" />}>
        <OverviewCharts statistics={data} />
      </Suspense>
      <Attention projectId={projectId} />
      <LastEvents projectId={projectId} />
    </>
  );
}

function FirstSteps({ projectId }: { projectId: string }) {
  const { data } = useQuery(destinationsQuery(projectId));
  const mayWrite = useMay(projectId)('webhooks:write');
  if (data?.length !== 0) return null;
  return (
    <EmptyState
      title="Send your first webhook"
      actions={
        <Group justify="center">
          {mayWrite && (
            <ButtonLink to="/projects/$projectId/webhooks/new" params={{ projectId }}>
              Create webhook
            </ButtonLink>
          )}
          <ButtonLink to="/projects/$projectId/inspector" params={{ projectId }} variant="default">
            Open the inspector
          </ButtonLink>
        </Group>
      }
    >
      Create a webhook and send yourself a test. If you have no server yet, the inspector gives you a URL that
      receives it and shows you what came.
    </EmptyState>
  );
}
