import { Box, Group, Skeleton, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Delivery, ListedEvent } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { DELIVERY_STATUSES } from '../ui/status-badge.tsx';

interface EventTableProps {
  projectId: string;
  events: readonly ListedEvent[] | undefined;
  /** How many rows are kept free while events are on their way. */
  rows?: number;
}

/** A row an event. */
export function EventTable({ projectId, events, rows = 10 }: EventTableProps) {
  if (!events) return <Skeleton h={rows * 40 + 36} aria-busy aria-label="Loading" />;
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Events">
      <table className="hub-table" style={{ minWidth: 600 }}>
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col" className="hub-wide">
              Id
            </th>
            <th scope="col">Deliveries</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.id}>
              <td>
                <Link
                  className="hub-row-link hub-mono"
                  to="/projects/$projectId/events/$eventId"
                  params={{ projectId, eventId: event.id }}
                >
                  {event.type}
                </Link>
              </td>
              <td className="hub-mono hub-wide">{event.id}</td>
              <td>
                <Counts deliveries={event.deliveries} />
              </td>
              <td>
                <RelativeTime at={event.acceptedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
  );
}

function Counts({ deliveries }: { deliveries: ListedEvent['deliveries'] }) {
  const entries = Object.entries(deliveries) as [Delivery['status'], number][];
  if (entries.length === 0)
    return (
      <Text span size="sm" c="dimmed">
        nobody subscribes
      </Text>
    );
  return (
    <Group gap={6}>
      {entries.map(([status, count]) => (
        <Badge key={status} tone={DELIVERY_STATUSES[status].tone}>
          {count} {DELIVERY_STATUSES[status].label.toLowerCase()}
        </Badge>
      ))}
    </Group>
  );
}
