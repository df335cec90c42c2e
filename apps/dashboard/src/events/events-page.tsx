import { Button, Center, Group, Select, Stack, TextInput } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { eventsQuery, eventTypesQuery } from '../api/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { TimeFilter } from '../ui/time-filter.tsx';
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
        {list.hasNextPage && (
          <Center>
            <Button
              variant="default"
              loading={list.isFetchingNextPage}
              onClick={() => void list.fetchNextPage()}
            >
              Show older
            </Button>
          </Center>
        )}
      </Stack>
    </>
  );
}

function FilterBar({ projectId, filters }: { projectId: string; filters: EventFilters }) {
  const { data: types } = useQuery(eventTypesQuery);
  const navigate = route.useNavigate();
  const change = (next: EventFilters) => {
    const kept = Object.entries({ ...filters, ...next }).filter(([, value]) => value !== undefined);
    void navigate({ search: Object.fromEntries(kept), replace: true });
  };
  return (
    <Group gap="xs" role="search" aria-label="Filter events">
      <FindById projectId={projectId} />
      <Select
        aria-label="Event type"
        placeholder="Any event type"
        size="xs"
        w={210}
        clearable
        searchable
        data={(types?.items ?? []).map(({ type }) => type)}
        value={filters.type ?? null}
        onChange={(type) => change({ type: type ?? undefined })}
      />
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
        const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(eventId);
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
