import { Box, Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { NotAllowed } from '../access/not-allowed.tsx';
import { useMay } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { TestAnswer } from './test-answer.tsx';

const route = getRouteApi('/projects/$projectId/destinations/$destinationId/test');

/** Sends one message at once and shows what came back. */
export function DestinationTest() {
  const { projectId, destinationId } = route.useParams();
  const mayWrite = useMay(projectId)('webhooks:write');
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/projects/{projectId}/destinations/{destinationId}/test', {
          params: { path: { projectId, destinationId } },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: ['project', projectId, 'deliveries'] }),
  });
  if (!mayWrite) return <NotAllowed who="Owners, admins and developers">send tests</NotAllowed>;
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          Sends the message of a <span className="hub-mono">webhook.test</span> event, whatever the
          destination subscribes to.
        </Text>
        <Button onClick={() => send.mutate()} loading={send.isPending}>
          Send test
        </Button>
      </Stack>
      <Box miw={0} aria-live="polite">
        {send.error && <ProblemAlert error={send.error} />}
        {send.data && <TestAnswer projectId={projectId} result={send.data} />}
        {!send.data && !send.error && (
          <EmptyState title="The answer appears here">
            A test goes out at once, also to a disabled destination, and never counts as a failure.
          </EmptyState>
        )}
      </Box>
    </SimpleGrid>
  );
}
