import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../access/use-may.ts';
import { inspectorQuery } from '../api/queries.ts';
import type { Inspector } from '../api/types.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { InspectorControls } from './inspector-controls.tsx';
import { RequestList } from './request-list.tsx';
import { useInspector } from './use-inspector.ts';

const route = getRouteApi('/projects/$projectId/inspector');

/** The built-in receiver, live. */
export function InspectorPage() {
  const { projectId } = route.useParams();
  const { data: inspector, error, refetch } = useQuery(inspectorQuery(projectId));
  return (
    <>
      <PageHeader
        title="Inspector"
        description="A receiving URL of the hub itself: point a webhook to it and watch what comes, without a server of your own."
      />
      {error && <ProblemAlert error={error} onRetry={refetch} />}
      {!inspector && !error && <Skeleton h={300} aria-busy aria-label="Loading" />}
      {inspector && <Shown projectId={projectId} inspector={inspector} />}
    </>
  );
}

function Shown({ projectId, inspector }: { projectId: string; inspector: Inspector }) {
  if (!inspector.isEnabled)
    return (
      <EmptyState title="Inspectors are switched off">
        The operator of this hub can switch them on with INSPECTOR_PORT.
      </EmptyState>
    );
  if (inspector.url === null) return <Closed projectId={projectId} />;
  return (
    <>
      <InspectorControls projectId={projectId} inspector={inspector} url={inspector.url} />
      <RequestList requests={inspector.requests} />
    </>
  );
}

function Closed({ projectId }: { projectId: string }) {
  const { open } = useInspector(projectId);
  const mayWrite = useMay(projectId)('webhooks:write');
  return (
    <EmptyState
      title="Open the inspector"
      actions={
        mayWrite && (
          <Button loading={open.isPending} onClick={() => open.mutate()}>
            Open inspector
          </Button>
        )
      }
    >
      You get a URL that only you know. Whatever a webhook sends there appears here at once, with its headers,
      its body and whether its signature is genuine. It can also answer with errors, so that you see retries
      and auto-pause.
      {open.error && <ProblemAlert error={open.error} />}
    </EmptyState>
  );
}
