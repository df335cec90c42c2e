import { Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { eventQuery, eventTypesQuery } from '../api/queries.ts';
import type { EventDetail } from '../api/types.ts';
import { FieldTable } from '../catalogue/field-table.tsx';
import { DeliveryTable } from '../deliveries/delivery-table.tsx';
import { BodyView } from '../ui/body-view.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Explanations } from './explanations.tsx';
import { Facts } from '../ui/facts.tsx';
import { IdText } from '../ui/id-text.tsx';
import { TextLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';

const route = getRouteApi('/projects/$projectId/events/$eventId');

/** An event, what became of it, and what its fields mean. */
export function EventPage() {
  const { projectId, eventId } = route.useParams();
  const { data: event, error, refetch } = useQuery(eventQuery(projectId, eventId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!event) return <Skeleton h={400} aria-busy aria-label="Loading" />;
  return (
    <>
      <PageHeader
        title={event.type}
        above={
          <TextLink to="/projects/$projectId/events" params={{ projectId }} size="sm">
            Events
          </TextLink>
        }
      />
      <Facts
        facts={[
          ['Id', <IdText key="id" id={event.id} label="Copy event id" />],
          ['Happened', <RelativeTime key="created" at={event.createdAt} />],
          ['Accepted', <RelativeTime key="accepted" at={event.acceptedAt} />],
        ]}
      />
      <Section title="Deliveries">
        {event.deliveries.length === 0 ? (
          <EmptyState title="Nobody got it">
            No webhook subscribed to this event type when it happened.
          </EmptyState>
        ) : (
          <DeliveryTable projectId={projectId} deliveries={event.deliveries} columns="destination" />
        )}
      </Section>
      <Explanations projectId={projectId} eventId={eventId} />
      <Section title="Payload" description="The exact body that webhooks receive.">
        <BodyView text={event.body} name={`${event.id}.json`} />
      </Section>
      <Schema projectId={projectId} event={event} />
    </>
  );
}

function Schema({ projectId, event }: { projectId: string; event: EventDetail }) {
  const { data } = useQuery(eventTypesQuery);
  const type = data?.items.find((each) => each.type === event.type);
  if (!type) return null;
  return (
    <Section
      title="Schema"
      description={
        <Text size="sm" component="span">
          <span className="hub-mono">{type.schema}</span>
          {type.schemaVersion !== null && <>, version {type.schemaVersion}</>}.{' '}
          <TextLink
            to="/projects/$projectId/event-types/$type"
            params={{ projectId, type: event.type }}
            size="sm"
            underline="always"
          >
            In the catalogue
          </TextLink>
        </Text>
      }
    >
      <FieldTable fields={type.fields} />
    </Section>
  );
}
