import { Box, Button, Group, JsonInput, Select, SimpleGrid, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { NotAllowed } from '../access/not-allowed.tsx';
import { useMay } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import { eventTypesQuery, webhookQuery } from '../api/queries.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { matches } from '../destinations/event-patterns.ts';
import { TestAnswer } from '../destinations/test-answer.tsx';

const route = getRouteApi('/projects/$projectId/webhooks/$webhookId/test');
const TEST = 'webhook.test';

/** Sends one event at once and shows what came back. */
export function SendTest() {
  const { projectId } = route.useParams();
  if (!useMay(projectId)('webhooks:write'))
    return <NotAllowed who="Owners, admins and developers">send tests</NotAllowed>;
  return <TestForm />;
}

function TestForm() {
  const { projectId, webhookId } = route.useParams();
  const [type, setType] = useState(TEST);
  const [edited, setEdited] = useState<string>();
  const { data: catalogue } = useQuery(eventTypesQuery);
  const data = edited ?? exampleOf(catalogue?.items ?? [], type);
  const send = useSendTest(projectId, webhookId);
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <Stack gap="sm">
        <TypeChoice
          projectId={projectId}
          webhookId={webhookId}
          value={type}
          onChange={(next) => {
            setType(next);
            setEdited(undefined);
          }}
        />
        <DataField value={data} onChange={setEdited} />
        <Group>
          <Button
            onClick={() => send.mutate({ type, data })}
            loading={send.isPending}
            disabled={!isJson(data)}
          >
            Send test
          </Button>
        </Group>
      </Stack>
      <Box miw={0} aria-live="polite">
        {send.error && <ProblemAlert error={send.error} />}
        {send.data && <TestAnswer projectId={projectId} result={send.data} />}
        {!send.data && !send.error && (
          <EmptyState title="The answer appears here">
            A test goes out at once, also to a disabled webhook, and never counts as a failure.
          </EmptyState>
        )}
      </Box>
    </SimpleGrid>
  );
}

function useSendTest(projectId: string, webhookId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ type, data }: { type: string; data: string }) =>
      answerOf(
        api.POST('/v1/projects/{projectId}/webhooks/{webhookId}/test', {
          params: { path: { projectId, webhookId } },
          body: { type, ...(data !== '' && { data: JSON.parse(data) as Record<string, unknown> }) },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['project', projectId, 'deliveries'] }),
  });
}

function DataField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  return (
    <JsonInput
      label="Data"
      description="What stands in the event's data; change it as you like"
      autosize
      minRows={6}
      maxRows={22}
      formatOnBlur
      spellCheck={false}
      classNames={{ input: 'hub-mono' }}
      value={value}
      onChange={onChange}
      error={!isJson(value) && 'This is not valid JSON'}
    />
  );
}

interface TypeChoiceProps {
  projectId: string;
  webhookId: string;
  value: string;
  onChange: (type: string) => void;
}

function TypeChoice({ projectId, webhookId, value, onChange }: TypeChoiceProps) {
  const { data: catalogue } = useQuery(eventTypesQuery);
  const { data: webhook } = useQuery(webhookQuery(projectId, webhookId));
  const subscribed = (catalogue?.items ?? [])
    .map(({ type }) => type)
    .filter((type) => type !== TEST && matches(webhook?.eventTypes ?? [], type));
  return (
    <Select
      label="Event type"
      description="webhook.test, or any type that this webhook subscribes to"
      allowDeselect={false}
      searchable
      data={[TEST, ...subscribed]}
      value={value}
      onChange={(next) => onChange(next ?? TEST)}
    />
  );
}

function exampleOf(
  types: readonly { type: string; example: Record<string, unknown> }[],
  type: string,
): string {
  const found = types.find((each) => each.type === type);
  return found ? JSON.stringify(found.example['data'], null, 2) : '';
}

function isJson(text: string): boolean {
  if (text === '') return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
