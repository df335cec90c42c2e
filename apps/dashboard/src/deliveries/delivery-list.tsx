import { Button, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { deliveriesQuery } from '../api/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { ShowOlder } from '../ui/show-older.tsx';
import { DeliveryFilterBar } from './delivery-filter-bar.tsx';
import type { DeliveryFilters } from './delivery-filters.ts';
import { DeliveryTable } from './delivery-table.tsx';

interface DeliveryListProps {
  projectId: string;
  /** Without it, deliveries of all destinations. */
  destinationId?: string;
  filters: DeliveryFilters;
  onFilters: (filters: DeliveryFilters) => void;
}

/** Deliveries, newest first, as the filters of the address want them. */
export function DeliveryList({ projectId, destinationId, filters, onFilters }: DeliveryListProps) {
  const list = useInfiniteQuery(deliveriesQuery(projectId, filters, destinationId));
  const deliveries = list.data?.pages.flatMap(({ items }) => items);
  return (
    <Stack gap="sm">
      <DeliveryFilterBar filters={filters} onFilters={onFilters} />
      {list.error && <ProblemAlert error={list.error} onRetry={list.refetch} />}
      {!deliveries && !list.error && <Skeleton h={380} aria-busy aria-label="Loading" />}
      {deliveries?.length === 0 && (
        <NoDeliveries isFiltered={Object.keys(filters).length > 0} onFilters={onFilters} />
      )}
      {deliveries && deliveries.length > 0 && (
        <DeliveryTable
          projectId={projectId}
          deliveries={deliveries}
          columns={destinationId === undefined ? 'both' : 'event'}
        />
      )}
      <ShowOlder list={list} />
    </Stack>
  );
}

function NoDeliveries({
  isFiltered,
  onFilters,
}: {
  isFiltered: boolean;
  onFilters: (filters: DeliveryFilters) => void;
}) {
  if (!isFiltered)
    return (
      <EmptyState title="No delivery yet">
        <Text size="sm">
          A delivery is one event on its way to one webhook. The first one appears here as soon as an event
          happens that a webhook subscribes to, or when you send a test.
        </Text>
      </EmptyState>
    );
  return (
    <EmptyState
      title="No delivery matches"
      actions={
        <Button variant="default" onClick={() => onFilters({})}>
          Clear filters
        </Button>
      }
    >
      Nothing was delivered that fits these filters.
    </EmptyState>
  );
}
