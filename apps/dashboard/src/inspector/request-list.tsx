import { Box, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronRight } from '@tabler/icons-react';
import type { ReceivedRequest } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { HeaderTable } from '../ui/header-table.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { Section } from '../ui/section.tsx';

/** What came, newest first. New requests appear by themselves. */
export function RequestList({ requests }: { requests: readonly ReceivedRequest[] }) {
  return (
    <Section title="Requests" description="The last 100, newest first.">
      <div aria-live="polite">
        {requests.length === 0 ? (
          <EmptyState title="Waiting for requests">
            Point a webhook to the URL above and send a test.
          </EmptyState>
        ) : (
          <Box className="hub-card">
            {requests.map((request) => (
              <RequestItem key={request.id} request={request} />
            ))}
          </Box>
        )}
      </div>
    </Section>
  );
}

function RequestItem({ request }: { request: ReceivedRequest }) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const { signature } = request;
  return (
    <Box className="hub-request">
      <UnstyledButton onClick={toggle} aria-expanded={isOpen} w="100%" px="md" py={9}>
        <Group justify="space-between" wrap="nowrap">
          <Group gap="sm">
            <Text size="sm" className="hub-mono">
              {request.headers['x-ttoolab-event-type'] ?? 'POST'}
            </Text>
            <Badge tone={signature.isGenuine ? 'good' : 'bad'}>
              {signature.isGenuine ? 'Signature genuine' : 'Signature not genuine'}
            </Badge>
            <Badge tone="quiet">answered {request.answerStatus}</Badge>
            <Text size="sm" c="dimmed">
              <RelativeTime at={request.receivedAt} />
            </Text>
          </Group>
          <IconChevronRight size={16} style={{ transform: isOpen ? 'rotate(90deg)' : 'none' }} aria-hidden />
        </Group>
      </UnstyledButton>
      {isOpen && (
        <Box px="md" pb="md">
          <Text size="sm" mb="xs">
            {signature.explanation}
          </Text>
          {request.body.isTruncated && (
            <Text size="xs" c="dimmed" mb={4}>
              Only the beginning of the body is shown.
            </Text>
          )}
          <CodeBlock text={pretty(request.body)} label="Body" wrap />
          <Box mt="sm">
            <HeaderTable headers={request.headers} label="Headers" />
          </Box>
        </Box>
      )}
    </Box>
  );
}

function pretty({ text, encoding }: ReceivedRequest['body']): string {
  if (encoding === 'base64') return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
