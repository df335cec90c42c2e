import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import type { Webhook } from '../api/types.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** The headers that a webhook adds. Their values are kept encrypted and never shown again. */
export function CustomHeaders({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (headers: Record<string, string | null>) =>
      answerOf(
        api.PATCH('/v1/projects/{projectId}/webhooks/{webhookId}', {
          params: { path: { projectId, webhookId: webhook.id } },
          body: { headers },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['project', projectId, 'webhook'] }),
    gcTime: 0,
  });
  const names = Object.keys(webhook.headers);
  return (
    <Stack gap="sm" maw={680}>
      {names.length > 0 && (
        <ul className="hub-card hub-plain-list">
          {names.map((name) => (
            <li key={name}>
              <Text span className="hub-mono">
                {name}: ••••••••
              </Text>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove header ${name}`}
                disabled={change.isPending}
                onClick={() => change.mutate({ [name]: null })}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <AddHeader
        isBusy={change.isPending}
        onAdd={(name, value, done) => change.mutate({ [name]: value }, { onSuccess: done })}
      />
      {change.error && <ProblemAlert error={change.error} />}
    </Stack>
  );
}

interface AddHeaderProps {
  isBusy: boolean;
  onAdd: (name: string, value: string, done: () => void) => void;
}

function AddHeader({ isBusy, onAdd }: AddHeaderProps) {
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const done = () => {
    setName('');
    setValue('');
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '') onAdd(name.trim(), value, done);
      }}
    >
      <Group align="flex-end" gap="xs">
        <TextInput
          label="Header"
          placeholder="X-Api-Key"
          value={name}
          autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Value"
          type="password"
          autoComplete="off"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={isBusy}>
          Add header
        </Button>
      </Group>
    </form>
  );
}
