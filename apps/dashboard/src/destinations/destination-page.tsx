import { Group, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useMay } from '../access/use-may.ts';
import { destinationQuery, healthQuery } from '../api/queries.ts';
import type { Destination } from '../api/types.ts';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Tab, TabBar } from '../ui/tab-bar.tsx';
import { DestinationStatus } from './destination-status.tsx';
import { KindLabel } from './kind-label.tsx';
import { PausedBanner } from './paused-banner.tsx';

const route = getRouteApi('/projects/$projectId/destinations/$destinationId');

/** A destination in Slack or by e-mail: its head, and below it one of three pages. */
export function DestinationPage() {
  const { projectId, destinationId } = route.useParams();
  const { data: destination, error, refetch } = useQuery(destinationQuery(projectId, destinationId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!destination) return <Skeleton h={320} aria-busy aria-label="Loading" />;
  const params = { projectId, destinationId };
  return (
    <>
      <Head projectId={projectId} destination={destination} />
      {!destination.enabled && <PausedBanner projectId={projectId} destination={destination} />}
      <TabBar label={destination.name}>
        <Tab to="/projects/$projectId/destinations/$destinationId" params={params} isExact>
          Deliveries
        </Tab>
        <Tab to="/projects/$projectId/destinations/$destinationId/test" params={params}>
          Send test
        </Tab>
        <Tab to="/projects/$projectId/destinations/$destinationId/settings" params={params}>
          Settings
        </Tab>
      </TabBar>
      <Outlet />
    </>
  );
}

function Head({ projectId, destination }: { projectId: string; destination: Destination }) {
  const { id, name, kind, address } = destination;
  const { data: health } = useQuery(healthQuery(projectId));
  const mayWrite = useMay(projectId)('webhooks:write');
  return (
    <PageHeader
      title={name}
      above={
        <TextLink to="/projects/$projectId/webhooks" params={{ projectId }} size="sm">
          Webhooks
        </TextLink>
      }
      badge={
        <DestinationStatus
          destination={destination}
          health={health?.items.find(({ webhookId }) => webhookId === id)}
          pauseAfter={health?.pauseAfter ?? 10}
        />
      }
      description={
        <Group gap="sm">
          <KindLabel kind={kind} />
          <span className="hub-mono">{address}</span>
        </Group>
      }
      actions={
        mayWrite && (
          <ButtonLink
            to="/projects/$projectId/destinations/$destinationId/test"
            params={{ projectId, destinationId: id }}
            variant="default"
          >
            Send test
          </ButtonLink>
        )
      }
    />
  );
}
