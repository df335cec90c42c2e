import { Box, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { healthQuery, webhookQuery } from '../api/queries.ts';
import type { Webhook } from '../api/types.ts';
import { CopyIcon } from '../ui/copy-button.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { PausedBanner } from './paused-banner.tsx';
import { WebhookStatus } from './webhook-status.tsx';

const route = getRouteApi('/projects/$projectId/webhooks/$webhookId');

/** A webhook: its head, and below it one of three pages. */
export function WebhookPage() {
  const { projectId, webhookId } = route.useParams();
  const { data: webhook, error, refetch } = useQuery(webhookQuery(projectId, webhookId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!webhook) return <HeadSkeleton />;
  return (
    <>
      <Head projectId={projectId} webhook={webhook} />
      {!webhook.enabled && <PausedBanner projectId={projectId} webhook={webhook} />}
      <Box component="nav" className="hub-tabs" aria-label="Webhook" mb="lg">
        <Tab
          to="/projects/$projectId/webhooks/$webhookId"
          label="Deliveries"
          isExact
          params={{ projectId, webhookId }}
        />
        <Tab
          to="/projects/$projectId/webhooks/$webhookId/test"
          label="Send test"
          params={{ projectId, webhookId }}
        />
        <Tab
          to="/projects/$projectId/webhooks/$webhookId/settings"
          label="Settings"
          params={{ projectId, webhookId }}
        />
      </Box>
      <Outlet />
    </>
  );
}

function Head({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const { data: health } = useQuery(healthQuery(projectId));
  return (
    <PageHeader
      title={webhook.name}
      above={
        <TextLink to="/projects/$projectId/webhooks" params={{ projectId }} size="sm">
          Webhooks
        </TextLink>
      }
      badge={
        <WebhookStatus
          webhook={webhook}
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
        <ButtonLink
          to="/projects/$projectId/webhooks/$webhookId/test"
          params={{ projectId, webhookId: webhook.id }}
          variant="default"
        >
          Send test
        </ButtonLink>
      }
    />
  );
}

interface TabProps {
  to: string;
  label: string;
  params: { projectId: string; webhookId: string };
  isExact?: boolean;
}

function Tab({ to, label, params, isExact = false }: TabProps) {
  return (
    <Link
      to={to}
      params={params}
      className="hub-tab"
      activeOptions={{ exact: isExact, includeSearch: false }}
    >
      {label}
    </Link>
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
