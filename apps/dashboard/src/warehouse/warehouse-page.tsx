import { Box, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { warehouseQuery } from '../api/queries.ts';
import type { Warehouse } from '../api/types.ts';
import { CodeBlock } from '../ui/code-block.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';
import { WarehouseFigures } from './warehouse-figures.tsx';

const CesCharts = lazy(() => import('./ces-charts.tsx').then((module) => ({ default: module.CesCharts })));
const route = getRouteApi('/projects/$projectId/warehouse');
const QUERY = 'select week, responses, average_score from ces_by_week order by week';

/** What the warehouse has of a project, and how far behind it is. */
export function WarehousePage() {
  const { projectId } = route.useParams();
  const { data, error, refetch } = useQuery(warehouseQuery(projectId));
  return (
    <>
      <PageHeader
        title="Warehouse"
        description="Answered CES surveys as rows for analysts, each exactly once."
      />
      {error && <ProblemAlert error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton h={420} aria-busy aria-label="Loading" />}
      {data && <Shown warehouse={data} />}
    </>
  );
}

function Shown({ warehouse }: { warehouse: Warehouse }) {
  const { sink, trend } = warehouse;
  if (sink === null)
    return (
      <EmptyState title="No warehouse yet">
        No warehouse sink has reported to this hub yet. Its operator runs the app{' '}
        <span className="hub-mono">warehouse-sink</span>; <span className="hub-mono">npm start</span> brings
        one along.
      </EmptyState>
    );
  return (
    <>
      {sink.lastError !== null && <LastError error={sink.lastError} at={sink.lastErrorAt} />}
      <WarehouseFigures warehouse={warehouse} sink={sink} />
      <Section title="Customer effort" description="Answers of the last 90 days, by day in UTC.">
        {trend.length === 0 ? (
          <EmptyState title="No survey answered yet">
            Each <span className="hub-mono">ces.response_created</span> event becomes a row some seconds after
            it happened, and a point here.
          </EmptyState>
        ) : (
          <Suspense fallback={<Skeleton h={254} />}>
            <CesCharts trend={trend} />
          </Suspense>
        )}
      </Section>
      <Section
        title="Ask it something"
        description="Where the hub runs, or with any tool on its Parquet files."
      >
        <CodeBlock label="Query" text={`npm run sink -- query "${QUERY}"`} wrap />
      </Section>
    </>
  );
}

function LastError({ error, at }: { error: string; at: string | null }) {
  return (
    <Box className="hub-banner" data-tone="bad" mb="lg" role="status">
      <Text size="sm" fw={600}>
        Rows cannot be written
      </Text>
      <Text size="sm" component="div">
        {error}
        {at !== null && (
          <>
            {' '}
            (<RelativeTime at={at} />)
          </>
        )}{' '}
        Nothing is lost: they wait, and are written once it works again.
      </Text>
    </Box>
  );
}
