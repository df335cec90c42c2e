import { Box, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { eventTypesQuery } from '../api/queries.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { EventTypeGroup } from './event-type-group.tsx';
import { ALL, groupTypes } from './event-patterns.ts';

interface EventTypePickerProps {
  value: string[];
  onChange: (patterns: string[]) => void;
  error?: string | undefined;
}

/** Chooses event types: all, a group with what it will hold one day, or single ones. */
export function EventTypePicker({ value, onChange, error }: EventTypePickerProps) {
  const { data, error: problem, refetch } = useQuery(eventTypesQuery);
  if (problem) return <ProblemAlert error={problem} onRetry={refetch} />;
  const takesAll = value.includes(ALL);
  return (
    <Box component="fieldset" m={0} p={0} style={{ border: 0, minWidth: 0 }}>
      <Text component="legend" size="sm" fw={600} mb={4} p={0}>
        Event types
      </Text>
      <Box className="hub-card">
        <Group p="sm" style={{ borderBottom: '1px solid var(--hub-border)' }}>
          <Checkbox
            label="All events"
            description="Every event of this project, and event types that come later"
            checked={takesAll}
            onChange={() => onChange(takesAll ? [] : [ALL])}
          />
        </Group>
        {data ? (
          groupTypes(data.items).map((group) => (
            <EventTypeGroup
              key={group.prefix}
              group={group}
              value={value}
              onChange={onChange}
              isDisabled={takesAll}
            />
          ))
        ) : (
          <Stack p="sm">
            {['a', 'b', 'c', 'd'].map((key) => (
              <Skeleton key={key} h={24} />
            ))}
          </Stack>
        )}
      </Box>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)" mt={4} role="alert">
          {error}
        </Text>
      )}
    </Box>
  );
}
