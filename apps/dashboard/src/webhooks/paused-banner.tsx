import { Box, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlayerPause } from '@tabler/icons-react';
import { deliveriesQuery, webhookStatisticsQuery } from '../api/queries.ts';
import type { Webhook } from '../api/types.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { formatCount } from '../ui/format-number.ts';
import { TextLink } from '../ui/links.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { HttpStatusBadge } from '../ui/status-badge.tsx';
import { explainPause } from './explain-pause.ts';
import { useWebhookActions } from './use-webhook-actions.ts';

const SHOWN_RESPONSES = 3;

/** Why a webhook gets nothing, what its endpoint last said, what waits, and the way back. */
export function PausedBanner({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const { enable } = useWebhookActions(projectId, webhook.id);
  const isByHand = webhook.disabledReason === 'disabled by hand';
  return (
    <Box className="hub-banner" data-tone={isByHand ? 'info' : 'bad'} mb="lg" role="status">
      <Group justify="space-between" align="flex-start" gap="md">
        <Group gap="sm" align="flex-start" wrap="nowrap" flex="1 1 320px">
          <IconPlayerPause size={18} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
          <Box>
            <Text fw={600} size="sm">
              {isByHand ? 'This webhook is disabled' : 'This webhook was paused automatically'}
            </Text>
            <Text size="sm" component="div">
              {explainPause(webhook.disabledReason)}
              {webhook.disabledAt && (
                <>
                  , <RelativeTime at={webhook.disabledAt} />
                </>
              )}
              . <Held projectId={projectId} webhookId={webhook.id} />
            </Text>
            {!isByHand && <LastResponses projectId={projectId} webhookId={webhook.id} />}
          </Box>
        </Group>
        <Group gap="xs">
          <Button onClick={() => enable.mutate()} loading={enable.isPending}>
            Re-enable
          </Button>
        </Group>
      </Group>
      {enable.error && <ProblemAlert error={enable.error} />}
    </Box>
  );
}

function Held({ projectId, webhookId }: { projectId: string; webhookId: string }) {
  const { data } = useQuery(webhookStatisticsQuery(projectId, webhookId, '24h'));
  if (!data || data.held === 0) return <>New events are held until it is enabled again.</>;
  return (
    <>
      <TextLink
        to="/projects/$projectId/webhooks/$webhookId"
        params={{ projectId, webhookId }}
        search={{ status: 'held' }}
        size="sm"
      >
        {formatCount(data.held)} {data.held === 1 ? 'delivery is' : 'deliveries are'} held
      </TextLink>
      ; once it is enabled, each can be sent again from its page.
    </>
  );
}

function LastResponses({ projectId, webhookId }: { projectId: string; webhookId: string }) {
  const { data } = useInfiniteQuery(deliveriesQuery(projectId, {}, webhookId));
  const tried = (data?.pages[0]?.items ?? [])
    .filter(({ attempts }) => attempts > 0)
    .slice(0, SHOWN_RESPONSES);
  if (tried.length === 0) return null;
  return (
    <Group gap="xs" mt={8}>
      <Text size="sm">Last answers:</Text>
      {tried.map(({ id, lastStatus, lastError }) => (
        <TextLink
          key={id}
          to="/projects/$projectId/deliveries/$deliveryId"
          params={{ projectId, deliveryId: id }}
          underline="never"
        >
          <HttpStatusBadge status={lastStatus} error={lastError} />
        </TextLink>
      ))}
    </Group>
  );
}
