import { Button, Group, Modal, NumberInput, Radio, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { formatCount } from '../ui/format-number.ts';
import { formatDuration } from '../ui/format-time.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { heldQuery } from './replay-queries.ts';

type Resume = 'all' | 'since' | 'skip' | 'keep';

interface EnableDialogProps {
  projectId: string;
  webhookId: string;
  /** Deliveries that wait. */
  held: number;
  isOpen: boolean;
  onClose: () => void;
}

const DEFAULT_HOURS = 24;

/** Asks what is to become of what a webhook missed, with the counts, and enables it. */
export function EnableDialog({ isOpen, onClose, ...rest }: EnableDialogProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Enable the webhook" size="lg">
      <Choice {...rest} onClose={onClose} />
    </Modal>
  );
}

function Choice({ projectId, webhookId, held, onClose }: Omit<EnableDialogProps, 'isOpen'>) {
  const [resume, setResume] = useState<Resume>('all');
  const [hours, setHours] = useState<number>(DEFAULT_HOURS);
  const enable = useEnable(projectId, webhookId, onClose);
  const isSkipping = resume === 'skip';
  return (
    <Stack gap="md">
      <Radio.Group
        label={`${held === 1 ? 'One event' : `${formatCount(held)} events`} happened while it was disabled. What is to become of them?`}
        value={resume}
        onChange={(value) => setResume(value as Resume)}
      >
        <Stack gap="sm" mt="xs">
          <Radio value="all" label="Send them all, oldest first" />
          <Radio value="since" label="Send only the most recent ones" description="Older ones stay held" />
          {resume === 'since' && <Hours value={hours} onChange={setHours} />}
          <Radio value="keep" label="Keep them held" description="They can be sent later, from this page" />
          <Radio value="skip" label="Never send them" description="They are cancelled, and listed as such" />
        </Stack>
      </Radio.Group>
      <Expected projectId={projectId} webhookId={webhookId} resume={resume} hours={hours} />
      {enable.error && <ProblemAlert error={enable.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color={isSkipping ? 'red.8' : undefined}
          loading={enable.isPending}
          onClick={() => enable.mutate({ resume, hours })}
        >
          {isSkipping ? 'Enable and cancel them' : 'Enable'}
        </Button>
      </Group>
    </Stack>
  );
}

function Hours({ value, onChange }: { value: number; onChange: (hours: number) => void }) {
  return (
    <NumberInput
      label="Of the last hours"
      min={1}
      max={8_760}
      maw={140}
      ml={28}
      allowDecimal={false}
      value={value}
      onChange={(next) => onChange(typeof next === 'number' && next > 0 ? next : DEFAULT_HOURS)}
    />
  );
}

interface ExpectedProps {
  projectId: string;
  webhookId: string;
  resume: Resume;
  hours: number;
}

/** How many are sent, and how long that takes. */
function Expected({ projectId, webhookId, resume, hours }: ExpectedProps) {
  const isSending = resume === 'all' || resume === 'since';
  const wanted = heldQuery(projectId, webhookId, resume === 'since' ? hours : undefined);
  const { data, error } = useQuery({ ...wanted, enabled: isSending });
  if (error) return <ProblemAlert error={error} />;
  return (
    <Text size="sm" c="dimmed" mih={22} aria-live="polite">
      {isSending &&
        data &&
        `${formatCount(data.count)} to send, in about ${span(data.expectedSeconds)}. New events do not wait for them.`}
    </Text>
  );
}

function useEnable(projectId: string, webhookId: string, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ resume, hours }: { resume: Resume; hours: number }) =>
      answerOf(
        api.POST('/v1/projects/{projectId}/webhooks/{webhookId}/enable', {
          params: { path: { projectId, webhookId } },
          body: resume === 'keep' ? {} : resume === 'since' ? { resume, hours } : { resume },
        }),
      ),
    onSuccess: () => {
      onDone();
      return queries.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
}

const span = (seconds: number) => formatDuration(Math.max(1, seconds) * 1_000);
