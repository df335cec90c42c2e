import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Destination } from '../api/types.ts';
import { ConfirmByName } from '../ui/confirm-by-name.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { KINDS } from './kinds.ts';
import { useDestinationActions } from './use-destination-actions.ts';

interface EndingProps {
  projectId: string;
  destination: Pick<Destination, 'id' | 'name' | 'kind' | 'enabled'>;
}

/** Disabling a destination, and deleting it. */
export function Ending({ projectId, destination }: EndingProps) {
  const { id, name, kind, enabled } = destination;
  const { enable, disable, remove } = useDestinationActions(projectId, id);
  const [isAsking, { open, close }] = useDisclosure(false);
  const toggle = enabled ? disable : enable;
  const { noun } = KINDS[kind];
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        While it is disabled it gets nothing; its events are held meanwhile. Deleted, it is gone, and what
        waits for it is cancelled.
      </Text>
      <Group>
        <Button variant="default" loading={toggle.isPending} onClick={() => toggle.mutate()}>
          {enabled ? 'Disable' : 'Re-enable'}
        </Button>
        <Button variant="outline" color="var(--hub-bad)" onClick={open}>
          Delete {noun}
        </Button>
      </Group>
      {toggle.error && <ProblemAlert error={toggle.error} />}
      <ConfirmByName
        isOpen={isAsking}
        title={`Delete this ${noun}?`}
        name={name}
        action={`Delete ${noun}`}
        isBusy={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() => remove.mutate()}
      >
        <b>{name}</b> will get no more events, and deliveries that still wait for it are cancelled.
        {kind === 'webhook' && ' Its secret is lost.'} This cannot be undone.
      </ConfirmByName>
    </Stack>
  );
}
