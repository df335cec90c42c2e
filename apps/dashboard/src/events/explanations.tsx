import { Box, Group, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { explanationsQuery } from '../api/queries.ts';
import type { Explanation } from '../api/types.ts';
import { describeClause } from '../filters/describe-clause.ts';
import { Badge } from '../ui/badge.tsx';
import { TextLink } from '../ui/links.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Section } from '../ui/section.tsx';
import { toneOf } from './tone-of.ts';

/** For each destination, why it got an event or did not, by what was set when the event came. */
export function Explanations({ projectId, eventId }: { projectId: string; eventId: string }) {
  const { data, error, refetch } = useQuery(explanationsQuery(projectId, eventId));
  return (
    <Section
      title="Why, or why not?"
      description="For each destination, by what was set when the event came."
    >
      {error && <ProblemAlert error={error} onRetry={refetch} />}
      {!data && !error && <Skeleton h={120} aria-busy aria-label="Loading" />}
      {data?.items.length === 0 && (
        <Text size="sm" c="dimmed">
          There was no destination yet.
        </Text>
      )}
      {data && data.items.length > 0 && (
        <Box className="hub-card">
          {data.items.map((explanation) => (
            <OneExplanation
              key={explanation.destination.id}
              projectId={projectId}
              explanation={explanation}
            />
          ))}
        </Box>
      )}
    </Section>
  );
}

function OneExplanation({ projectId, explanation }: { projectId: string; explanation: Explanation }) {
  const { destination, answer, sentence, clauses, deliveryId } = explanation;
  return (
    <Box px="md" py={10} className="hub-request">
      <Group gap="sm">
        <Text size="sm" fw={600}>
          {destination.name}
        </Text>
        <Badge tone={toneOf(answer)}>{answer.replaceAll('_', ' ')}</Badge>
        {deliveryId && (
          <TextLink
            to="/projects/$projectId/deliveries/$deliveryId"
            params={{ projectId, deliveryId }}
            size="sm"
            underline="always"
          >
            Its delivery
          </TextLink>
        )}
      </Group>
      <Text size="sm">{sentence}</Text>
      {clauses?.map((clause) => (
        <Text key={clause.expression} size="xs" className="hub-mono" style={{ overflowWrap: 'anywhere' }}>
          {describeClause(clause)}
        </Text>
      ))}
    </Box>
  );
}
