import { Box, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { webhooksQuery } from '../api/queries.ts';
import type { Delivery } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { DeliveryStatusBadge, HttpStatusBadge } from '../ui/status-badge.tsx';

interface DeliveryTableProps {
  projectId: string;
  deliveries: readonly Delivery[];
  withWebhook: boolean;
}

/** A row a delivery. */
export function DeliveryTable({ projectId, deliveries, withWebhook }: DeliveryTableProps) {
  const { data } = useQuery(webhooksQuery(projectId));
  const names = new Map((data?.items ?? []).map(({ id, name }) => [id, name]));
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Deliveries">
      <table className="hub-table" style={{ minWidth: 640 }}>
        <thead>
          <tr>
            <th scope="col">Event</th>
            {withWebhook && <th scope="col">Webhook</th>}
            <th scope="col">Status</th>
            <th scope="col">Last answer</th>
            <th scope="col">Attempts</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <DeliveryRow
              key={delivery.id}
              projectId={projectId}
              delivery={delivery}
              webhook={withWebhook ? (names.get(delivery.webhookId) ?? 'deleted webhook') : undefined}
            />
          ))}
        </tbody>
      </table>
    </Box>
  );
}

interface DeliveryRowProps {
  projectId: string;
  delivery: Delivery;
  webhook: string | undefined;
}

function DeliveryRow({ projectId, delivery, webhook }: DeliveryRowProps) {
  return (
    <tr>
      <td>
        <Group gap={8} wrap="nowrap">
          <Link
            className="hub-row-link hub-mono"
            to="/projects/$projectId/deliveries/$deliveryId"
            params={{ projectId, deliveryId: delivery.id }}
          >
            {delivery.eventType}
          </Link>
          {delivery.isTest && <Badge tone="quiet">test</Badge>}
        </Group>
      </td>
      {webhook !== undefined && <td>{webhook}</td>}
      <td>
        <Status delivery={delivery} />
      </td>
      <td>
        {delivery.attempts > 0 ? (
          <HttpStatusBadge status={delivery.lastStatus} error={delivery.lastError} />
        ) : (
          <Text span c="dimmed" size="sm">
            –
          </Text>
        )}
      </td>
      <td className="hub-number">{delivery.attempts}</td>
      <td>
        <RelativeTime at={delivery.acceptedAt} />
      </td>
    </tr>
  );
}

function Status({ delivery: { status, nextAttemptAt } }: { delivery: Delivery }) {
  return (
    <Group gap={8} wrap="nowrap">
      <DeliveryStatusBadge status={status} />
      {status === 'retrying' && nextAttemptAt && (
        <Text span size="xs" c="dimmed">
          <RelativeTime at={nextAttemptAt} />
        </Text>
      )}
    </Group>
  );
}
