import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { deliveryQuery, destinationsQuery } from '../api/queries.ts';
import { BodyView } from '../ui/body-view.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { TextLink } from '../ui/links.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Section } from '../ui/section.tsx';
import { DeliveryStatusBadge } from '../ui/status-badge.tsx';
import { AttemptTimeline } from './attempt-timeline.tsx';
import { DeliveryFacts } from './delivery-facts.tsx';
import { Redeliver } from './redeliver.tsx';
import { RepeatIt } from './repeat-it.tsx';

const route = getRouteApi('/projects/$projectId/deliveries/$deliveryId');
const SAME_BYTES = 'The same bytes go out on every attempt.';
const MADE_INTO_A_MESSAGE = 'The event that the message is made of.';

/** A delivery: what was sent, what came back each time, and what comes next. */
export function DeliveryPage() {
  const { projectId, deliveryId } = route.useParams();
  const { data: delivery, error, refetch } = useQuery(deliveryQuery(projectId, deliveryId));
  const { data: destinations } = useQuery(destinationsQuery(projectId));
  if (error) return <ProblemAlert error={error} onRetry={refetch} />;
  if (!delivery) return <PageSkeleton />;
  const destination = destinations?.find(({ id }) => id === delivery.webhookId);
  // Slack and mail programs get messages made of it, with no signature to verify.
  const isWebhook = destination === undefined || destination.kind === 'webhook';
  const lastAttempt = delivery.attemptList.at(-1);
  return (
    <>
      <PageHeader
        title={delivery.eventType}
        above={
          <TextLink to="/projects/$projectId/deliveries" params={{ projectId }} size="sm">
            Deliveries
          </TextLink>
        }
        badge={<DeliveryStatusBadge status={delivery.status} />}
        actions={<Redeliver projectId={projectId} delivery={delivery} />}
      />
      <DeliveryFacts projectId={projectId} delivery={delivery} destination={destination} />
      <Section title="Attempts">
        <AttemptTimeline delivery={delivery} />
      </Section>
      <Section title="Payload" description={isWebhook ? SAME_BYTES : MADE_INTO_A_MESSAGE}>
        {delivery.requestBody === null ? (
          <ProblemAlert error={new Error('The payload is no longer stored: its retention has passed.')} />
        ) : (
          <BodyView text={delivery.requestBody} name={`${delivery.eventId}.json`} />
        )}
      </Section>
      {isWebhook && lastAttempt && delivery.requestBody !== null && (
        <RepeatIt attempt={lastAttempt} body={delivery.requestBody} />
      )}
    </>
  );
}

function PageSkeleton() {
  return (
    <Stack aria-busy aria-label="Loading">
      <Skeleton h={20} w={90} />
      <Skeleton h={28} w={260} />
      <Skeleton h={140} />
      <Skeleton h={200} />
    </Stack>
  );
}
