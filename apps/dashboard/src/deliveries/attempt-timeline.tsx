import { Box, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronRight } from '@tabler/icons-react';
import type { Attempt, DeliveryDetail } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatDuration } from '../ui/format-time.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { ExchangeView } from './exchange-view.tsx';

/** Every attempt, newest first; the newest lies open. */
export function AttemptTimeline({ delivery }: { delivery: DeliveryDetail }) {
  if (delivery.attemptList.length === 0)
    return (
      <EmptyState title="No attempt yet">
        {delivery.status === 'held'
          ? 'The webhook is disabled. Enable it, then send this delivery from here.'
          : 'The first attempt is made as soon as the webhook has room for it.'}
      </EmptyState>
    );
  const newestFirst = delivery.attemptList.toReversed();
  return (
    <ol className="hub-timeline">
      {newestFirst.map((attempt, index) => (
        <AttemptItem key={`${attempt.number} ${attempt.startedAt}`} attempt={attempt} isFirst={index === 0} />
      ))}
    </ol>
  );
}

function AttemptItem({ attempt, isFirst }: { attempt: Attempt; isFirst: boolean }) {
  const [isOpen, { toggle }] = useDisclosure(isFirst);
  const isGood = attempt.outcome === 'delivered';
  return (
    <li>
      <span className="hub-timeline-dot" data-tone={isGood ? 'good' : 'bad'} aria-hidden />
      <Box className="hub-card">
        <UnstyledButton onClick={toggle} aria-expanded={isOpen} w="100%" px="md" py={10}>
          <Group gap="sm" wrap="nowrap" justify="space-between">
            <Group gap="sm">
              <Text size="sm" fw={600}>
                Attempt {attempt.number}
              </Text>
              <Badge tone={isGood ? 'good' : 'bad'}>
                {attempt.status ?? attempt.errorClass ?? 'no answer'}
              </Badge>
              <Text size="sm" c="dimmed" className="hub-number">
                {formatDuration(attempt.durationMs)} · <RelativeTime at={attempt.startedAt} />
              </Text>
            </Group>
            <IconChevronRight
              size={16}
              style={{ transform: isOpen ? 'rotate(90deg)' : 'none' }}
              aria-hidden
            />
          </Group>
          {attempt.error && (
            <Text size="sm" className="hub-text-bad" mt={2}>
              {attempt.error}
            </Text>
          )}
        </UnstyledButton>
        {isOpen && (
          <Box px="md" pb="md">
            <ExchangeView attempt={attempt} />
          </Box>
        )}
      </Box>
    </li>
  );
}
