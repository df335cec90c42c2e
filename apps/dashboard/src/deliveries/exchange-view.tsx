import { Box, SimpleGrid, Text } from '@mantine/core';
import type { Attempt } from '../api/types.ts';
import { HeaderTable } from '../ui/header-table.tsx';
import { ResponseBody } from '../ui/response-body.tsx';

/** What was sent and what came back. */
export function ExchangeView({
  attempt,
}: {
  attempt: Pick<Attempt, 'url' | 'status' | 'requestHeaders' | 'responseHeaders' | 'responseBody'>;
}) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <Box miw={0}>
        <Text size="xs" fw={600} c="dimmed" mb={4}>
          Request
        </Text>
        <Text className="hub-mono" size="xs" mb="xs" style={{ overflowWrap: 'anywhere' }}>
          POST {attempt.url}
        </Text>
        <HeaderTable headers={attempt.requestHeaders} label="Request headers" />
      </Box>
      <Box miw={0}>
        <Text size="xs" fw={600} c="dimmed" mb={4}>
          Response
        </Text>
        {attempt.status === null ? (
          <Text size="sm" c="dimmed">
            There was none.
          </Text>
        ) : (
          <>
            <Text className="hub-mono" size="xs" mb="xs">
              HTTP {attempt.status}
            </Text>
            <HeaderTable headers={attempt.responseHeaders} label="Response headers" />
            <ResponseBody body={attempt.responseBody} />
          </>
        )}
      </Box>
    </SimpleGrid>
  );
}
