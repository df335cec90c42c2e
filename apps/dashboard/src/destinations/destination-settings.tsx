import { Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { NotAllowed } from '../access/not-allowed.tsx';
import { useMay } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import { destinationQuery } from '../api/queries.ts';
import type { Destination, DestinationChange } from '../api/types.ts';
import { IdText } from '../ui/id-text.tsx';
import { Saved } from '../ui/saved.tsx';
import { Section } from '../ui/section.tsx';
import { EmailForm } from './email-form.tsx';
import { Ending } from './ending.tsx';
import { SlackForm } from './slack-form.tsx';

const route = getRouteApi('/projects/$projectId/destinations/$destinationId/settings');

/** What of a destination can be changed, and its end. */
export function DestinationSettings() {
  const { projectId, destinationId } = route.useParams();
  const { data: destination } = useQuery(destinationQuery(projectId, destinationId));
  const mayWrite = useMay(projectId)('webhooks:write');
  if (!destination) return null;
  if (!mayWrite) return <NotAllowed who="Owners, admins and developers">change destinations</NotAllowed>;
  return (
    <>
      <Text size="sm" c="dimmed" mb="lg">
        Destination <IdText id={destination.id} label="Copy destination id" />
      </Text>
      <Section title="Destination and events">
        <Edit projectId={projectId} destination={destination} />
      </Section>
      {destination.kind === 'email' && <Unsubscribed settings={destination.settings} />}
      <Section title="Disable or delete">
        <Ending projectId={projectId} destination={destination} />
      </Section>
    </>
  );
}

function Edit({ projectId, destination }: { projectId: string; destination: Destination }) {
  const { id, name, kind, eventTypes, filter, rateLimit, address, settings } = destination;
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: DestinationChange) =>
      answerOf(
        api.PATCH('/v1/projects/{projectId}/destinations/{destinationId}', {
          params: { path: { projectId, destinationId: id } },
          body,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['project', projectId] }),
    gcTime: 0,
  });
  const frame = {
    action: 'Save',
    isBusy: change.isPending,
    error: change.error,
    beside: <Saved isShown={change.isSuccess} />,
  };
  const initial = { name, eventTypes, filter, rateLimit };
  if (kind === 'slack')
    return (
      <SlackForm
        {...frame}
        initial={initial}
        address={address}
        onSubmit={(fields) => change.mutate(fields)}
      />
    );
  return (
    <EmailForm
      {...frame}
      initial={{ ...initial, recipients: textsOf(settings['recipients']) }}
      onSubmit={(fields) => change.mutate(fields)}
    />
  );
}

function Unsubscribed({ settings }: { settings: Destination['settings'] }) {
  const gone = textsOf(settings['unsubscribed']);
  if (gone.length === 0) return null;
  return (
    <Section title="Unsubscribed" description="They asked for no more, and cannot be added again.">
      <Text size="sm">{gone.join(', ')}</Text>
    </Section>
  );
}

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
