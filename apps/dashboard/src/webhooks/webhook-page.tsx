import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Outlet } from '@tanstack/react-router';
import { useMay } from '../access/use-may.ts';
import { healthQuery, webhookQuery } from '../api/queries.ts';
import type { Webhook } from '../api/types.ts';
import { CopyIcon } from '../ui/copy-button.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Tab, TabBar } from '../ui/tab-bar.tsx';
import { DestinationStatus } from '../destinations/destination-status.tsx';
import { PausedBanner } from '../destinations/paused-banner.tsx';

const route = getRouteApi('/projects/$projectId/webhooks/$webhookId');

/** A webhook: its head, and below it one of three pages. */
export function WebhookPage() {
  const { projectId, webhookId } = route.useParams();
  const { data: webhook, error, refetch } = useQuery(webhookQuery(projectId, webhookId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!webhook) return <HeadSkeleton />;
  const params = { projectId, webhookId };
  return (
    <>
      <Head projectId={projectId} webhook={webhook} />
      {!webhook.enabled && (
        <PausedBanner projectId={projectId} destination={{ ...webhook, kind: 'webhook' }} />
      )}
      <TabBar label={webhook.name}>
        <Tab to="/projects/$projectId/webhooks/$webhookId" params={params} isExact>
          Deliveries
        </Tab>
        <Tab to="/projects/$projectId/webhooks/$webhookId/test" params={params}>
          Send test
        </Tab>
        <Tab to="/projects/$projectId/webhooks/$webhookId/settings" params={params}>
          Settings
        </Tab>
      </TabBar>
      <Outlet />
    </>
  );
}

function Head({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const { data: health } = useQuery(healthQuery(projectId));
  const mayWrite = useMay(projectId)('webhooks:write');
  return (
    <PageHeader
      title={webhook.name}
      above={
        <TextLink to="/projects/$projectId/webhooks" params={{ projectId }} size="sm">
          Webhooks
        </TextLink>
      }
      badge={
        <DestinationStatus
          destination={webhook}
          health={health?.items.find((item) => item.webhookId === webhook.id)}
          pauseAfter={health?.pauseAfter ?? 10}
        />
      }
      description={
        <>
          <span className="hub-mono">{webhook.url}</span> <CopyIcon text={webhook.url} label="Copy URL" />
        </>
      }
      actions={
        mayWrite && (
          <ButtonLink
            to="/projects/$projectId/webhooks/$webhookId/test"
            params={{ projectId, webhookId: webhook.id }}
            variant="default"
          >
            Send test
          </ButtonLink>
        )
      }
    />
  );
}

function HeadSkeleton() {
  return (
    <Stack aria-busy aria-label="Loading">
      <Skeleton h={20} w={90} />
      <Skeleton h={28} w={260} />
      <Skeleton h={18} w={380} maw="100%" />
      <Skeleton h={36} mt="sm" />
      <Skeleton h={240} />
    </Stack>
  );
}
