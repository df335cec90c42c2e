import { Box, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { deliveryQuery } from '../api/queries.ts';
import type { TestResult } from '../api/types.ts';
import { ExchangeView } from '../deliveries/exchange-view.tsx';
import { Badge } from '../ui/badge.tsx';
import { formatDuration } from '../ui/format-time.ts';
import { TextLink } from '../ui/links.tsx';

/** What a receiver answered to a test, in one look, and the whole exchange below. */
export function TestAnswer({ projectId, result }: { projectId: string; result: TestResult }) {
  const { data: delivery } = useQuery(deliveryQuery(projectId, result.deliveryId));
  const isGood = result.outcome === 'delivered';
  const attempt = delivery?.attemptList.at(-1);
  return (
    <Box className="hub-card" p="md" role="status">
      <Group gap="sm" mb="xs">
        <Badge tone={isGood ? 'good' : 'bad'}>{isGood ? 'Delivered' : 'Failed'}</Badge>
        <Text size="sm" fw={500} className="hub-number">
          {result.status === null ? 'No answer' : `HTTP ${result.status}`} after{' '}
          {formatDuration(result.latencyMs)}
        </Text>
        <TextLink
          to="/projects/$projectId/deliveries/$deliveryId"
          params={{ projectId, deliveryId: result.deliveryId }}
          size="sm"
        >
          Open delivery
        </TextLink>
      </Group>
      {result.error && (
        <Text size="sm" className="hub-text-bad" mb="sm">
          {result.error}
        </Text>
      )}
      {attempt && <ExchangeView attempt={attempt} />}
    </Box>
  );
}
