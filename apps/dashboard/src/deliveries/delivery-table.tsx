import { Box, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { destinationsQuery } from '../api/queries.ts';
import type { Delivery } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { DeliveryStatusBadge, HttpStatusBadge } from '../ui/status-badge.tsx';

interface DeliveryTableProps {
  projectId: string;
  deliveries: readonly Delivery[];
  withDestination: boolean;
}

/** A row a delivery. */
export function DeliveryTable({ projectId, deliveries, withDestination }: DeliveryTableProps) {
  const { data: destinations } = useQuery(destinationsQuery(projectId));
  const names = new Map((destinations ?? []).map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? (destinations ? 'deleted' : '');
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Deliveries">
      <table className="hub-table" style={{ minWidth: 640 }}>
        <thead>
          <tr>
            <th scope="col">Event</th>
            {withDestination && <th scope="col">To</th>}
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
              destination={withDestination ? nameOf(delivery.webhookId) : undefined}
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
  destination: string | undefined;
}

function DeliveryRow({ projectId, delivery, destination }: DeliveryRowProps) {
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
      {destination !== undefined && <td>{destination}</td>}
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
