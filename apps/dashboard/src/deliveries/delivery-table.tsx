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
  /** What the page does not say already: of one event where it went, of one destination what it got. */
  columns: 'event' | 'destination' | 'both';
}

/** A row a delivery. */
export function DeliveryTable({ projectId, deliveries, columns }: DeliveryTableProps) {
  const { data: destinations } = useQuery(destinationsQuery(projectId));
  const names = new Map((destinations ?? []).map(({ id, name }) => [id, name]));
  const nameOf = (id: string) => names.get(id) ?? (destinations ? 'deleted' : '');
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Deliveries">
      <table className="hub-table" style={{ minWidth: 640 }}>
        <thead>
          <tr>
            {columns !== 'destination' && <th scope="col">Event</th>}
            {columns === 'destination' && <th scope="col">To</th>}
            {columns === 'both' && (
              <th scope="col" className="hub-wide">
                To
              </th>
            )}
            <th scope="col">Status</th>
            <th scope="col" className="hub-wide">
              Last answer
            </th>
            <th scope="col" className="hub-wide">
              Attempts
            </th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {deliveries.map((delivery) => (
            <DeliveryRow
              key={delivery.id}
              projectId={projectId}
              delivery={delivery}
              name={columns === 'destination' ? nameOf(delivery.webhookId) : undefined}
              to={columns === 'both' ? nameOf(delivery.webhookId) : undefined}
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
  /** In place of the event type. */
  name: string | undefined;
  to: string | undefined;
}

function DeliveryRow({ projectId, delivery, name, to }: DeliveryRowProps) {
  return (
    <tr>
      <td>
        <Group gap={8} wrap="nowrap">
          <Link
            className={name === undefined ? 'hub-row-link hub-mono' : 'hub-row-link'}
            to="/projects/$projectId/deliveries/$deliveryId"
            params={{ projectId, deliveryId: delivery.id }}
          >
            {name ?? delivery.eventType}
          </Link>
          {delivery.isTest && <Badge tone="quiet">test</Badge>}
        </Group>
      </td>
      {to !== undefined && <td className="hub-wide">{to}</td>}
      <td>
        <Status delivery={delivery} />
      </td>
      <td className="hub-wide">
        {delivery.attempts > 0 ? (
          <HttpStatusBadge status={delivery.lastStatus} error={delivery.lastError} />
        ) : (
          <Text span c="dimmed" size="sm">
            –
          </Text>
        )}
      </td>
      <td className="hub-number hub-wide">{delivery.attempts}</td>
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
        <Text span size="xs" c="dimmed" className="hub-wide">
          <RelativeTime at={nextAttemptAt} />
        </Text>
      )}
    </Group>
  );
}
