import { Group, Text } from '@mantine/core';
import type { DeliveryDetail, Destination } from '../api/types.ts';
import { DestinationLink } from '../destinations/destination-link.tsx';
import { KindLabel } from '../destinations/kind-label.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { TextLink } from '../ui/links.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { formatDuration } from '../ui/format-time.ts';
import { useNow } from '../ui/use-now.ts';

interface DeliveryFactsProps {
  projectId: string;
  delivery: DeliveryDetail;
  destination: Destination | undefined;
}

/** Whose delivery this is, of what, and when the next attempt comes. */
export function DeliveryFacts({ projectId, delivery, destination }: DeliveryFactsProps) {
  const { nextAttemptAt, status, reason } = delivery;
  return (
    <Facts
      facts={[
        [
          'To',
          destination ? (
            <To key="to" projectId={projectId} destination={destination} />
          ) : (
            'one that was deleted'
          ),
        ],
        ['Event', <EventLink key="event" projectId={projectId} eventId={delivery.eventId} />],
        ['Delivery', <IdText key="id" id={delivery.id} label="Copy delivery id" />],
        ['Accepted', <RelativeTime key="at" at={delivery.acceptedAt} />],
        [
          'Next attempt',
          status === 'retrying' && nextAttemptAt ? <Countdown key="next" at={nextAttemptAt} /> : undefined,
        ],
        ['Reason', reason ?? undefined],
      ]}
    />
  );
}

function To({ projectId, destination }: { projectId: string; destination: Destination }) {
  return (
    <Group gap="sm">
      <DestinationLink className="hub-link" projectId={projectId} destination={destination}>
        {destination.name}
      </DestinationLink>
      <Text span size="sm" c="dimmed">
        <KindLabel kind={destination.kind} />
      </Text>
    </Group>
  );
}

function EventLink({ projectId, eventId }: { projectId: string; eventId: string }) {
  return (
    <TextLink to="/projects/$projectId/events/$eventId" params={{ projectId, eventId }} className="hub-mono">
      {eventId}
    </TextLink>
  );
}

/** How long until a time, second by second. */
function Countdown({ at }: { at: string }) {
  const left = Date.parse(at) - useNow();
  return (
    <Text span size="sm" fw={500} className="hub-number" title={new Date(at).toLocaleString()}>
      {left <= 0 ? 'any moment' : `in ${formatDuration(Math.ceil(left / 1_000) * 1_000)}`}
    </Text>
  );
}
