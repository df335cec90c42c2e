import { Box, Group, Text } from '@mantine/core';
import type { Destination, WebhookHealth } from '../api/types.ts';
import { formatRate } from '../ui/format-number.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Sparkline } from '../ui/sparkline.tsx';
import { DestinationLink } from './destination-link.tsx';
import { DestinationStatus } from './destination-status.tsx';
import { KindLabel } from './kind-label.tsx';

interface DestinationTableProps {
  projectId: string;
  destinations: readonly Destination[];
  health: { pauseAfter: number; items: readonly WebhookHealth[] } | undefined;
}

/** A row a destination: where it leads, and its last 24 hours. */
export function DestinationTable({ projectId, destinations, health }: DestinationTableProps) {
  const byId = new Map((health?.items ?? []).map((item) => [item.webhookId, item]));
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Webhooks">
      <table className="hub-table" style={{ minWidth: 860 }}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" className="hub-wide">
              Kind
            </th>
            <th scope="col">Status</th>
            <th scope="col" className="hub-wide">
              Events
            </th>
            <th scope="col" className="hub-wide">
              Last 24 hours
            </th>
            <th scope="col">Success</th>
            <th scope="col" className="hub-wide">
              Last failure
            </th>
          </tr>
        </thead>
        <tbody>
          {destinations.map((destination) => (
            <DestinationRow
              key={destination.id}
              projectId={projectId}
              destination={destination}
              health={byId.get(destination.id)}
              pauseAfter={health?.pauseAfter ?? 10}
            />
          ))}
        </tbody>
      </table>
    </Box>
  );
}

interface DestinationRowProps {
  projectId: string;
  destination: Destination;
  health: WebhookHealth | undefined;
  pauseAfter: number;
}

function DestinationRow({ projectId, destination, health, pauseAfter }: DestinationRowProps) {
  const { name, kind, address, eventTypes } = destination;
  const hours = health?.hours ?? [];
  const delivered = hours.reduce((sum, hour) => sum + hour.delivered, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  const [firstType, ...otherTypes] = eventTypes;
  return (
    <tr>
      <td className="hub-cut">
        <DestinationLink className="hub-row-link" projectId={projectId} destination={destination}>
          {name}
        </DestinationLink>
        <Text size="xs" c="dimmed" truncate className="hub-mono" title={address}>
          {address}
        </Text>
      </td>
      <td className="hub-wide">
        <KindLabel kind={kind} />
      </td>
      <td>
        <DestinationStatus destination={destination} health={health} pauseAfter={pauseAfter} />
      </td>
      <td className="hub-wide">
        <Text size="xs" className="hub-mono hub-nowrap" title={eventTypes.join('\n')}>
          {firstType === '*' ? 'all events' : firstType}
          {otherTypes.length > 0 && ` +${otherTypes.length}`}
        </Text>
      </td>
      <td className="hub-wide">
        <Sparkline hours={hours} />
      </td>
      <td className="hub-number">{formatRate(delivered, delivered + failed)}</td>
      <td className="hub-wide">
        <LastFailure health={health} />
      </td>
    </tr>
  );
}

function LastFailure({ health }: { health: WebhookHealth | undefined }) {
  if (!health?.lastFailure)
    return (
      <Text span size="sm" c="dimmed">
        none
      </Text>
    );
  const { at, error, status } = health.lastFailure;
  return (
    <Group gap={6} wrap="nowrap">
      <RelativeTime at={at} />
      <Text span size="xs" c="dimmed" title={error ?? undefined}>
        {status ?? 'no answer'}
      </Text>
    </Group>
  );
}
