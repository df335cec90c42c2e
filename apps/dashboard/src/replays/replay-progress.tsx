import { Box, Button, Group, Progress, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMay } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import type { Replay } from '../api/types.ts';
import { formatCount } from '../ui/format-number.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { describeReplay } from './describe-replay.ts';
import { replaysQuery } from './replay-queries.ts';

/** The replays of a destination that are not over, each with how far it is. */
export function ReplayProgress({ projectId, destinationId }: { projectId: string; destinationId: string }) {
  const { data } = useQuery(replaysQuery(projectId, destinationId));
  const open = data?.items.filter(({ status }) => status === 'running' || status === 'paused') ?? [];
  return open.map((replay) => <OpenReplay key={replay.id} projectId={projectId} replay={replay} />);
}

function OpenReplay({ projectId, replay }: { projectId: string; replay: Replay }) {
  const mayWrite = useMay(projectId)('deliveries:write');
  const { pause, proceed, cancel } = useSteering(projectId, replay.id);
  const done = replay.sent + replay.skipped;
  const error = pause.error ?? proceed.error ?? cancel.error;
  return (
    <Box
      className="hub-banner"
      data-tone={replay.status === 'paused' ? 'warn' : 'info'}
      mb="lg"
      role="status"
    >
      <Group justify="space-between" gap="md">
        <Box flex="1 1 320px">
          <Text size="sm" fw={600}>
            {describeReplay(replay)}
          </Text>
          <Text size="sm" mb={6} className="hub-number">
            {formatCount(done)} of {formatCount(replay.total)}
          </Text>
          <Progress
            value={replay.total === 0 ? 0 : (done / replay.total) * 100}
            aria-label="Progress of the replay"
            size="sm"
          />
        </Box>
        {mayWrite && (
          <Group gap="xs">
            {replay.status === 'running' ? (
              <Button variant="default" onClick={() => pause.mutate()} loading={pause.isPending}>
                Pause
              </Button>
            ) : (
              <Button onClick={() => proceed.mutate()} loading={proceed.isPending}>
                Continue
              </Button>
            )}
            <Button variant="subtle" color="gray" onClick={() => cancel.mutate()} loading={cancel.isPending}>
              Cancel replay
            </Button>
          </Group>
        )}
      </Group>
      {error && <ProblemAlert error={error} />}
    </Box>
  );
}

function useSteering(projectId: string, replayId: string) {
  const queries = useQueryClient();
  const params = { path: { projectId, replayId } };
  const onSuccess = () => queries.invalidateQueries({ queryKey: ['project', projectId] });
  const pause = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/projects/{projectId}/replays/{replayId}/pause', { params })),
    onSuccess,
  });
  const proceed = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/projects/{projectId}/replays/{replayId}/continue', { params })),
    onSuccess,
  });
  const cancel = useMutation({
    mutationFn: () => answerOf(api.POST('/v1/projects/{projectId}/replays/{replayId}/cancel', { params })),
    onSuccess,
  });
  return { pause, proceed, cancel };
}
