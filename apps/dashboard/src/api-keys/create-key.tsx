import { Button, Checkbox, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api, ApiProblem } from '../api/client.ts';
import { apiKeysQuery } from '../api/tenant-queries.ts';
import type { Scope } from '../api/types.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { SCOPES } from './scopes.ts';

interface CreateKeyProps {
  projectId: string;
  isOpen: boolean;
  onClose: () => void;
}

interface NewKey {
  name: string;
  scopes: ('*' | Scope)[];
}

/** Asks what a key is for and what it may do; then shows it, this once. */
export function CreateKey({ projectId, isOpen, onClose }: CreateKeyProps) {
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (body: NewKey) =>
      answerOf(api.POST('/v1/projects/{projectId}/api-keys', { params: { path: { projectId } }, body })),
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: apiKeysQuery(projectId).queryKey });
    },
    // The key stays in this page's memory alone, and no longer than needed.
    gcTime: 0,
  });
  return (
    <>
      <Modal opened={isOpen} onClose={onClose} title="Create API key" size="lg">
        <KeyForm
          isBusy={create.isPending}
          error={create.error}
          onCancel={onClose}
          onSubmit={(key) => create.mutate(key)}
        />
      </Modal>
      {create.data && (
        <SecretOnce
          title="Store the API key"
          secret={create.data.key}
          label="API key"
          onStored={() => create.reset()}
        >
          <b>{create.data.name}</b> was created. It is shown this once: copy it and store it where your other
          secrets are. Programs send it as <code>Authorization: Bearer …</code>.
        </SecretOnce>
      )}
    </>
  );
}

interface KeyFormProps {
  isBusy: boolean;
  error: Error | null;
  onCancel: () => void;
  onSubmit: (key: NewKey) => void;
}

function KeyForm({ isBusy, error, onCancel, onSubmit }: KeyFormProps) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<Kind>('publish');
  const [chosen, setChosen] = useState<string[]>([]);
  const scopes = scopesOf(kind, chosen as Scope[]);
  const rule = error instanceof ApiProblem ? error.errors.find(({ field }) => field === 'name')?.rule : null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (scopes.length > 0) onSubmit({ name: name.trim(), scopes });
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Which program uses it"
          placeholder="checkout service"
          required
          withAsterisk={false}
          maxLength={200}
          data-autofocus
          value={name}
          error={rule}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <KindChoice value={kind} onChange={setKind} />
        {kind === 'chosen' && <ScopeChoice value={chosen} onChange={setChosen} />}
        {error && rule === undefined && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={scopes.length === 0}>
            Create API key
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type Kind = 'publish' | 'all' | 'chosen';

function KindChoice({ value, onChange }: { value: Kind; onChange: (kind: Kind) => void }) {
  return (
    <Radio.Group label="What it may do" value={value} onChange={onChange}>
      <Stack gap={8} mt={6}>
        <Radio
          value="publish"
          label="Publish events"
          description="All that a service that sends events needs"
        />
        <Radio value="all" label="Everything" description="All that a key can do, now and later" />
        <Radio value="chosen" label="Let me choose" />
      </Stack>
    </Radio.Group>
  );
}

function ScopeChoice({ value, onChange }: { value: string[]; onChange: (scopes: string[]) => void }) {
  return (
    <Checkbox.Group label="Scopes" value={value} onChange={onChange}>
      <Stack gap={8} mt={6}>
        {Object.entries(SCOPES).map(([scope, meaning]) => (
          <Checkbox
            key={scope}
            value={scope}
            label={<span className="hub-mono">{scope}</span>}
            description={meaning}
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function scopesOf(kind: Kind, chosen: Scope[]): NewKey['scopes'] {
  if (kind === 'publish') return ['events:write'];
  return kind === 'all' ? ['*'] : chosen;
}
