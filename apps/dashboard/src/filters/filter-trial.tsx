import { Box, Stack, Text } from '@mantine/core';
import type { FilterPreview } from '../api/types.ts';
import { formatCount } from '../ui/format-number.ts';
import { TextLink } from '../ui/links.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { describeClause } from './describe-clause.ts';

type JudgedEvent = FilterPreview['matches'][number];

interface FilterTrialProps {
  projectId: string;
  trial: FilterPreview;
  days: number;
}

/** How many past events a filter takes; a few that it takes, and a few that it just does not, with the reason. */
export function FilterTrial({ projectId, trial, days }: FilterTrialProps) {
  const { scanned, matched, failed, isComplete, matches, nearMisses } = trial;
  return (
    <Box className="hub-card" p="md" role="status">
      <Text size="sm" fw={600}>
        {`Of ${formatCount(scanned)} events of the last ${days} days ${formatCount(matched)} match`}
      </Text>
      <Text size="sm" c="dimmed">
        {!isComplete && 'There are more; only the newest were looked at. '}
        {failed > 0 &&
          `For ${formatCount(failed)} it has no answer, mostly since a field is missing: they do not match.`}
      </Text>
      <Stack gap="md" mt="sm">
        <Events title="Match" projectId={projectId} events={matches} />
        <Events title="Just missed" projectId={projectId} events={nearMisses} />
      </Stack>
    </Box>
  );
}

function Events({ title, projectId, events }: { title: string; projectId: string; events: JudgedEvent[] }) {
  if (events.length === 0) return null;
  return (
    <Box>
      <Text size="xs" fw={600} c="dimmed" mb={4}>
        {title}
      </Text>
      <Stack gap="xs">
        {events.map((event) => (
          <Box key={event.id}>
            <Text size="sm" component="div">
              <TextLink
                to="/projects/$projectId/events/$eventId"
                params={{ projectId, eventId: event.id }}
                size="sm"
              >
                <span className="hub-mono">{event.type}</span>
              </TextLink>{' '}
              <Text span c="dimmed" size="sm">
                <RelativeTime at={event.acceptedAt} />
              </Text>
            </Text>
            {event.clauses.map((clause) => (
              <Text
                key={clause.expression}
                size="xs"
                className="hub-mono"
                style={{ overflowWrap: 'anywhere' }}
              >
                {describeClause(clause)}
              </Text>
            ))}
          </Box>
        ))}
      </Stack>
    </Box>
  );
}
