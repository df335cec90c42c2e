import { Box, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Webhook, WebhookHealth } from '../api/types.ts';
import { formatRate } from '../ui/format-number.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import { WebhookStatus } from './webhook-status.tsx';

interface WebhookTableProps {
  projectId: string;
  webhooks: readonly Webhook[];
  health: { pauseAfter: number; items: readonly WebhookHealth[] } | undefined;
}

/** A row a webhook: where it leads, and its last 24 hours. */
export function WebhookTable({ projectId, webhooks, health }: WebhookTableProps) {
  const byId = new Map((health?.items ?? []).map((item) => [item.webhookId, item]));
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Webhooks">
      <table className="hub-table" style={{ minWidth: 760 }}>
        <thead>
          <tr>
            <th scope="col">Webhook</th>
            <th scope="col">Status</th>
            <th scope="col">Events</th>
            <th scope="col">Last 24 hours</th>
            <th scope="col">Success</th>
            <th scope="col">Last failure</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <WebhookRow
              key={webhook.id}
              projectId={projectId}
              webhook={webhook}
              health={byId.get(webhook.id)}
              pauseAfter={health?.pauseAfter ?? 10}
            />
          ))}
        </tbody>
      </table>
    </Box>
  );
}

interface WebhookRowProps {
  projectId: string;
  webhook: Webhook;
  health: WebhookHealth | undefined;
  pauseAfter: number;
}

function WebhookRow({ projectId, webhook, health, pauseAfter }: WebhookRowProps) {
  const hours = health?.hours ?? [];
  const delivered = hours.reduce((sum, hour) => sum + hour.delivered, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  const [firstType, ...otherTypes] = webhook.eventTypes;
  return (
    <tr>
      <td style={{ maxWidth: 320 }}>
        <Link
          className="hub-row-link"
          to="/projects/$projectId/webhooks/$webhookId"
          params={{ projectId, webhookId: webhook.id }}
        >
          {webhook.name}
        </Link>
        <Text size="xs" c="dimmed" truncate className="hub-mono" title={webhook.url}>
          {webhook.url}
        </Text>
      </td>
      <td>
        <WebhookStatus webhook={webhook} health={health} pauseAfter={pauseAfter} />
      </td>
      <td>
        <Text size="xs" className="hub-mono" title={webhook.eventTypes.join('\n')}>
          {firstType === '*' ? 'all events' : firstType}
          {otherTypes.length > 0 && ` +${otherTypes.length}`}
        </Text>
      </td>
      <td>
        <Sparkline hours={hours} />
      </td>
      <td className="hub-number">{formatRate(delivered, delivered + failed)}</td>
      <td>
        {health?.lastFailure ? (
          <Group gap={6} wrap="nowrap">
            <RelativeTime at={health.lastFailure.at} />
            <Text span size="xs" c="dimmed" title={health.lastFailure.error ?? undefined}>
              {health.lastFailure.status ?? 'no answer'}
            </Text>
          </Group>
        ) : (
          <Text span size="sm" c="dimmed">
            none
          </Text>
        )}
      </td>
    </tr>
  );
}
