import { Button, Checkbox, Group, Modal, Radio, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import type { NewReplay } from '../api/types.ts';
import { formatCount } from '../ui/format-number.ts';
import { formatDuration } from '../ui/format-time.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { previewQuery } from './replay-queries.ts';

interface ReplayDialogProps {
  projectId: string;
  destinationId: string;
}

const HOUR_MS = 3_600_000;
const PERIODS = [
  { value: '1', label: 'the last hour' },
  { value: '24', label: 'the last 24 hours' },
  { value: '168', label: 'the last 7 days' },
  { value: '720', label: 'the last 30 days' },
  { value: '', label: 'all that is stored' },
];
const SELECTIONS = [
  { value: 'failed', label: 'What failed', description: 'Deliveries whose attempts were used up' },
  { value: 'held', label: 'What is held', description: 'Deliveries from while it was disabled' },
  { value: 'all', label: 'Everything', description: 'Also what was delivered already' },
  {
    value: 'missing',
    label: 'What it never had',
    description: 'Events of its types from before it was there, or from before it took them',
  },
] as const;
type Selection = (typeof SELECTIONS)[number]['value'];

/** A button that sends past deliveries again, once it is clear how many. */
export function ReplayButton(props: ReplayDialogProps) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="xs" leftSection={<IconHistory size={14} aria-hidden />} onClick={open}>
        Replay
      </Button>
      <Modal opened={isOpen} onClose={close} title="Send past deliveries again" size="lg">
        <Choice {...props} onClose={close} />
      </Modal>
    </>
  );
}

function Choice({ projectId, destinationId, onClose }: ReplayDialogProps & { onClose: () => void }) {
  const [wish, setWish] = useState<Wish>({
    selection: 'failed',
    hours: '24',
    from: hoursAgo('24'),
    isNew: false,
  });
  const replay = toReplay(destinationId, wish);
  const preview = useQuery(previewQuery(projectId, replay));
  const start = useStart(projectId, onClose);
  const error = start.error ?? preview.error;
  const count = preview.data?.count ?? 0;
  return (
    <Stack gap="md">
      <WishFields wish={wish} onChange={(change) => setWish((before) => ({ ...before, ...change }))} />
      <Text size="sm" aria-live="polite" mih={22}>
        {preview.data && describePreview(preview.data)}
      </Text>
      {error && <ProblemAlert error={error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={count === 0} loading={start.isPending} onClick={() => start.mutate(replay)}>
          {count > 0 ? `Send ${formatCount(count)}` : 'Send'}
        </Button>
      </Group>
    </Stack>
  );
}

interface Wish {
  selection: Selection;
  hours: string;
  /** The moment that `hours` meant when it was chosen, so that the count stays of the same ones. */
  from: string | undefined;
  isNew: boolean;
}

const mayBeNew = ({ selection }: Wish) => selection === 'failed' || selection === 'all';

function toReplay(destinationId: string, wish: Wish): NewReplay {
  const { selection, from, isNew } = wish;
  return {
    destinationId,
    selection,
    ...(from !== undefined && { from }),
    ...(mayBeNew(wish) && isNew && { asNew: true }),
  };
}

function WishFields({ wish, onChange }: { wish: Wish; onChange: (change: Partial<Wish>) => void }) {
  return (
    <>
      <Radio.Group
        label="Which"
        value={wish.selection}
        onChange={(value) => onChange({ selection: value as Selection })}
      >
        <Stack gap="xs" mt="xs">
          {SELECTIONS.map((choice) => (
            <Radio key={choice.value} {...choice} />
          ))}
        </Stack>
      </Radio.Group>
      <Select
        label="Of events from"
        data={PERIODS}
        value={wish.hours}
        allowDeselect={false}
        maw={260}
        onChange={(hours) => onChange({ hours: hours ?? '', from: hoursAgo(hours ?? '') })}
      />
      {mayBeNew(wish) && (
        <Checkbox
          label="Send them as new events"
          description="With new event ids, for a receiver that drops ids that it has seen. Each names the original in replayOf"
          checked={wish.isNew}
          onChange={(event) => onChange({ isNew: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

function useStart(projectId: string, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewReplay) =>
      answerOf(api.POST('/v1/projects/{projectId}/replays', { params: { path: { projectId } }, body })),
    onSuccess: () => {
      onDone();
      return queries.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
}

function describePreview({ count, expectedSeconds }: { count: number; expectedSeconds: number }): string {
  if (count === 0) return 'There is nothing of that.';
  const deliveries = count === 1 ? 'One delivery' : `${formatCount(count)} deliveries`;
  return `${deliveries}, in about ${formatDuration(Math.max(1, expectedSeconds) * 1_000)}. New events do not wait for them.`;
}

function hoursAgo(hours: string): string | undefined {
  return hours === '' ? undefined : new Date(Date.now() - Number(hours) * HOUR_MS).toISOString();
}
