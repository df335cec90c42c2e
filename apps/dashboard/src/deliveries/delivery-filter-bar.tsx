import { Button, Group, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { eventTypesQuery } from '../api/queries.ts';
import type { Delivery } from '../api/types.ts';
import { DELIVERY_STATUSES } from '../ui/status-badge.tsx';
import { TimeFilter } from '../ui/time-filter.tsx';
import type { DeliveryFilters } from './delivery-filters.ts';

interface DeliveryFilterBarProps {
  filters: DeliveryFilters;
  onFilters: (filters: DeliveryFilters) => void;
}

const STATUS_OPTIONS = Object.entries(DELIVERY_STATUSES).map(([value, { label }]) => ({ value, label }));

/** Filters that are kept in the address, so that a link shows the same list. */
export function DeliveryFilterBar({ filters, onFilters }: DeliveryFilterBarProps) {
  const { data: types } = useQuery(eventTypesQuery);
  const change = (next: DeliveryFilters) => onFilters(withoutBlanks({ ...filters, ...next }));
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Group gap="xs" role="search" aria-label="Filter deliveries">
      <Select
        aria-label="Status"
        placeholder="Any status"
        size="xs"
        w={130}
        clearable
        data={STATUS_OPTIONS}
        value={filters.status ?? null}
        onChange={(status) => change({ status: (status as Delivery['status'] | null) ?? undefined })}
      />
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
      <EventIdFilter
        key={filters.eventId}
        value={filters.eventId}
        onChange={(eventId) => change({ eventId })}
      />
      {isFiltered && (
        <Button size="xs" variant="subtle" color="gray" onClick={() => onFilters({})}>
          Clear
        </Button>
      )}
    </Group>
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function EventIdFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  const trimmed = text.trim();
  const isWrong = trimmed !== '' && !UUID.test(trimmed);
  return (
    <TextInput
      aria-label="Event id"
      placeholder="Event id"
      size="xs"
      w={200}
      value={text}
      error={isWrong && 'Must be a whole id'}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        if (next.trim() === '') onChange(undefined);
        else if (UUID.test(next.trim())) onChange(next.trim());
      }}
    />
  );
}

function withoutBlanks(filters: DeliveryFilters): DeliveryFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}
