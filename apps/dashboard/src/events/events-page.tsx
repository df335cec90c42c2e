import { Group, Stack, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { eventsQuery } from '../api/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { EventTypeFilter } from '../ui/event-type-filter.tsx';
import { isUuid } from '../ui/is-uuid.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { ShowOlder } from '../ui/show-older.tsx';
import { TimeFilter } from '../ui/time-filter.tsx';
import { withoutBlanks } from '../ui/without-blanks.ts';
import type { EventFilters } from './event-filters.ts';
import { EventTable } from './event-table.tsx';

const route = getRouteApi('/projects/$projectId/events');

/** What happened in a project, whoever subscribes to it. */
export function EventsPage() {
  const { projectId } = route.useParams();
  const filters = route.useSearch();
  const list = useInfiniteQuery(eventsQuery(projectId, filters));
  const events = list.data?.pages.flatMap(({ items }) => items);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHeader
        title="Events"
        description="Everything that happened in this project, whether a webhook took it or not."
      />
      <Stack gap="sm">
        <FilterBar projectId={projectId} filters={filters} />
        {list.error && <ProblemAlert error={list.error} onRetry={list.refetch} />}
        {events?.length === 0 ? (
          <EmptyState title={isFiltered ? 'No event matches' : 'No event yet'}>
            {isFiltered
              ? 'Nothing happened that fits these filters.'
              : 'Events come from the product, or over the API: POST /v1/events with an API key of this project.'}
          </EmptyState>
        ) : (
          !list.error && <EventTable projectId={projectId} events={events} />
        )}
        <ShowOlder list={list} />
      </Stack>
    </>
  );
}

function FilterBar({ projectId, filters }: { projectId: string; filters: EventFilters }) {
  const navigate = route.useNavigate();
  const change = (next: EventFilters) =>
    void navigate({ search: withoutBlanks({ ...filters, ...next }), replace: true });
  return (
    <Group gap="xs" role="search" aria-label="Filter events">
      <FindById projectId={projectId} />
      <EventTypeFilter value={filters.type} onChange={(type) => change({ type })} />
      <TimeFilter value={filters} onChange={change} />
    </Group>
  );
}

/** Goes straight to the event with an id. */
function FindById({ projectId }: { projectId: string }) {
  const [id, setId] = useState('');
  const [isWrong, setWrong] = useState(false);
  const navigate = route.useNavigate();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const eventId = id.trim().toLowerCase();
        const isId = isUuid(eventId);
        setWrong(!isId);
        if (isId)
          void navigate({ to: '/projects/$projectId/events/$eventId', params: { projectId, eventId } });
      }}
    >
      <TextInput
        aria-label="Find an event by its id"
        placeholder="Event id, then Enter"
        size="xs"
        w={230}
        value={id}
        error={isWrong && 'An event id is a UUID'}
        onChange={(event) => {
          setWrong(false);
          setId(event.currentTarget.value);
        }}
      />
    </form>
  );
}
