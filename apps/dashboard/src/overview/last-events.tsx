import { useInfiniteQuery } from '@tanstack/react-query';
import { eventsQuery } from '../api/queries.ts';
import { EventTable } from '../events/event-table.tsx';
import { TextLink } from '../ui/links.tsx';
import { Section } from '../ui/section.tsx';

const SHOWN = 8;

/** The newest events. */
export function LastEvents({ projectId }: { projectId: string }) {
  const { data } = useInfiniteQuery(eventsQuery(projectId, {}));
  const events = data?.pages[0]?.items.slice(0, SHOWN);
  if (events?.length === 0) return null;
  return (
    <Section
      title="Last events"
      actions={
        <TextLink to="/projects/$projectId/events" params={{ projectId }} size="sm">
          All events
        </TextLink>
      }
    >
      <EventTable projectId={projectId} events={events} rows={SHOWN} />
    </Section>
  );
}
