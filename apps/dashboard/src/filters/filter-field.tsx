import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { FilterTrial } from './filter-trial.tsx';

interface FilterFieldProps {
  value: string | null;
  eventTypes: string[];
  error: string | undefined;
  onChange: (filter: string | null) => void;
}

const project = getRouteApi('/projects/$projectId');
const DAYS = 7;

/** A condition on events, which can be tried on those of the last days before it is saved. */
export function FilterField({ value, eventTypes, error, onChange }: FilterFieldProps) {
  const [isShown, setShown] = useState(value !== null);
  if (!isShown)
    return (
      <Group>
        <Button variant="default" size="xs" onClick={() => setShown(true)}>
          Add a filter
        </Button>
      </Group>
    );
  return (
    <Stack gap="xs">
      <Textarea
        label="Filter"
        description="Takes only events for which this is true, in CEL. Leave it empty to take all"
        placeholder='data.revenue > 100 && data.currency == "EUR"'
        classNames={{ input: 'hub-mono' }}
        autosize
        minRows={2}
        maxLength={2_000}
        spellCheck={false}
        value={value ?? ''}
        error={error}
        onChange={({ currentTarget: { value: text } }) => onChange(text.trim() === '' ? null : text)}
      />
      {value !== null && <Trying filter={value} eventTypes={eventTypes} />}
    </Stack>
  );
}

function Trying({ filter, eventTypes }: { filter: string; eventTypes: string[] }) {
  const { projectId } = project.useParams();
  const trial = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/projects/{projectId}/filter-previews', {
          params: { path: { projectId } },
          body: { eventTypes, filter, days: DAYS },
        }),
      ),
  });
  return (
    <>
      <Group>
        <Button
          variant="default"
          size="xs"
          disabled={eventTypes.length === 0}
          loading={trial.isPending}
          onClick={() => trial.mutate()}
        >
          Try it on past events
        </Button>
      </Group>
      {trial.error && <ProblemAlert error={trial.error} />}
      {trial.data && !trial.isPending && <FilterTrial projectId={projectId} trial={trial.data} days={DAYS} />}
    </>
  );
}
