import { Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { IconPlus } from '@tabler/icons-react';
import { healthQuery, webhooksQuery } from '../api/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { WebhookTable } from './webhook-table.tsx';

const route = getRouteApi('/projects/$projectId/webhooks');

/** The webhooks of a project and how each does. */
export function WebhooksPage() {
  const { projectId } = route.useParams();
  const { data, error, refetch } = useQuery(webhooksQuery(projectId));
  const { data: health } = useQuery(healthQuery(projectId));
  return (
    <>
      <PageHeader
        title="Webhooks"
        description="Each sends the events it subscribes to as signed POST requests to its URL."
        actions={
          <ButtonLink
            to="/projects/$projectId/webhooks/new"
            params={{ projectId }}
            leftSection={<IconPlus size={16} aria-hidden />}
          >
            Create webhook
          </ButtonLink>
        }
      />
      {error && <ProblemAlert error={error} onRetry={refetch} />}
      {!data && !error && <ListSkeleton />}
      {data?.items.length === 0 && <NoWebhooks projectId={projectId} />}
      {data && data.items.length > 0 && (
        <WebhookTable projectId={projectId} webhooks={data.items} health={health} />
      )}
    </>
  );
}

function NoWebhooks({ projectId }: { projectId: string }) {
  return (
    <EmptyState
      title="No webhook yet"
      actions={
        <Group justify="center">
          <ButtonLink to="/projects/$projectId/webhooks/new" params={{ projectId }}>
            Create webhook
          </ButtonLink>
          <ButtonLink to="/projects/$projectId/inspector" params={{ projectId }} variant="default">
            Try it without a server
          </ButtonLink>
        </Group>
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
