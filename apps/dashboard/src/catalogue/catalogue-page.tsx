import { Box, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useChildMatches } from '@tanstack/react-router';
import { Outlet } from '@tanstack/react-router';
import { eventTypesQuery } from '../api/queries.ts';
import type { EventType } from '../api/types.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Section } from '../ui/section.tsx';
import { groupTypes } from '../destinations/event-patterns.ts';

const route = getRouteApi('/projects/$projectId/event-types');

/** Every event type that there is; one of them when the address names it. */
export function CataloguePage() {
  const { projectId } = route.useParams();
  const isOneOpen = useChildMatches().length > 0;
  const { data, error, refetch } = useQuery(eventTypesQuery);
  if (isOneOpen) return <Outlet />;
  const test = data?.items.filter(({ type }) => type.startsWith('webhook.'));
  return (
    <>
      <PageHeader
        title="Event catalogue"
        description="What a webhook can subscribe to: when each event is sent, and what it carries."
      />
      {error && <ProblemAlert error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton h={480} aria-busy aria-label="Loading" />}
      {data &&
        groupTypes(data.items).map(({ prefix, pattern, types }) => (
          <Section key={prefix} title={pattern}>
            <TypeList projectId={projectId} types={types} />
          </Section>
        ))}
      {test && (
        <Section title="webhook.*" description="Reaches a webhook whatever it subscribes to.">
          <TypeList projectId={projectId} types={test} />
        </Section>
      )}
    </>
  );
}

function TypeList({ projectId, types }: { projectId: string; types: readonly EventType[] }) {
  return (
    <Box className="hub-card" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
      {types.map(({ type, description }) => (
        <li key={type} className="hub-list-row">
          <Link
            className="hub-row-link hub-mono"
            to="/projects/$projectId/event-types/$type"
            params={{ projectId, type }}
          >
            {type}
          </Link>
          <Text size="sm" c="dimmed">
            {description}
          </Text>
        </li>
      ))}
    </Box>
  );
}
