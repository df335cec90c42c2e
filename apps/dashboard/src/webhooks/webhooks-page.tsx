import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { useMay } from '../access/use-may.ts';
import { destinationsQuery, healthQuery } from '../api/queries.ts';
import { DestinationTable } from '../destinations/destination-table.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';

const route = getRouteApi('/projects/$projectId/webhooks');

/** The destinations of a project and how each does. */
export function WebhooksPage() {
  const { projectId } = route.useParams();
  const { data, error, refetch } = useQuery(destinationsQuery(projectId));
  const { data: health } = useQuery(healthQuery(projectId));
  const mayWrite = useMay(projectId)('webhooks:write');
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Each sends the events it subscribes to: as signed requests to a URL, to Slack, or by e-mail."
        actions={mayWrite && <CreateButtons projectId={projectId} />}
      />
      {error && <ProblemAlert error={error} onRetry={refetch} />}
      {!data && !error && <ListSkeleton />}
      {data?.length === 0 && <NoWebhooks projectId={projectId} mayWrite={mayWrite} />}
      {data && data.length > 0 && (
        <DestinationTable projectId={projectId} destinations={data} health={health} />
      )}
    </>
  );
}

function CreateButtons({ projectId }: { projectId: string }) {
  return (
    <>
      <ButtonLink
        to="/projects/$projectId/webhooks/new"
        params={{ projectId }}
        search={{ kind: 'slack' }}
        variant="default"
      >
        Slack or e-mail
      </ButtonLink>
      <ButtonLink
        to="/projects/$projectId/webhooks/new"
        params={{ projectId }}
        leftSection={<IconPlus size={16} aria-hidden />}
      >
        Create webhook
      </ButtonLink>
    </>
  );
}

function NoWebhooks({ projectId, mayWrite }: { projectId: string; mayWrite: boolean }) {
  return (
    <EmptyState
      title="No webhook yet"
      actions={
        mayWrite && (
          <Group justify="center">
            <ButtonLink to="/projects/$projectId/webhooks/new" params={{ projectId }}>
              Create webhook
            </ButtonLink>
            <ButtonLink to="/projects/$projectId/inspector" params={{ projectId }} variant="default">
              Try it without a server
            </ButtonLink>
          </Group>
        )
      }
    >
      <Text size="sm">
        A webhook tells your server when something happens: an experiment starts, a visitor converts, a survey
        is answered. Name it, enter a URL, choose event types. No server at hand? The inspector receives
        requests for you.
      </Text>
    </EmptyState>
  );
}

function ListSkeleton() {
  return (
    <Stack gap={1} aria-busy aria-label="Loading">
      {['a', 'b', 'c', 'd'].map((key) => (
        <Skeleton key={key} h={57} radius={4} />
      ))}
    </Stack>
  );
}
