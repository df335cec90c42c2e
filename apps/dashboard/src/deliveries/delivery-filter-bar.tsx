import { Button, Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Delivery } from '../api/types.ts';
import { EventTypeFilter } from '../ui/event-type-filter.tsx';
import { isUuid } from '../ui/is-uuid.ts';
import { DELIVERY_STATUSES } from '../ui/status-badge.tsx';
import { TimeFilter } from '../ui/time-filter.tsx';
import { withoutBlanks } from '../ui/without-blanks.ts';
import type { DeliveryFilters } from './delivery-filters.ts';

interface DeliveryFilterBarProps {
  filters: DeliveryFilters;
  onFilters: (filters: DeliveryFilters) => void;
}

const STATUS_OPTIONS = Object.entries(DELIVERY_STATUSES).map(([value, { label }]) => ({ value, label }));

/** Filters that are kept in the address, so that a link shows the same list. */
export function DeliveryFilterBar({ filters, onFilters }: DeliveryFilterBarProps) {
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
      <EventTypeFilter value={filters.type} onChange={(type) => change({ type })} />
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

function EventIdFilter({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  const [text, setText] = useState(value ?? '');
  const trimmed = text.trim();
  const isWrong = trimmed !== '' && !isUuid(trimmed);
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
        else if (isUuid(next.trim())) onChange(next.trim());
      }}
    />
  );
}
