import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { eventTypesQuery } from '../api/queries.ts';

/** Chooses one of the catalogue's event types, or none. */
export function EventTypeFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (type: string | undefined) => void;
}) {
  const { data: types } = useQuery(eventTypesQuery);
  return (
    <Select
      aria-label="Event type"
      placeholder="Any event type"
      size="xs"
      w={210}
      clearable
      searchable
      data={(types?.items ?? []).map(({ type }) => type)}
      value={value ?? null}
      onChange={(type) => onChange(type ?? undefined)}
    />
  );
}
