import { Button, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiProblem } from '../api/client.ts';

/** What went wrong, and what to do. */
export function ProblemAlert({ error, onRetry }: { error: Error; onRetry?: () => unknown }) {
  const fields = error instanceof ApiProblem ? error.errors : [];
  return (
    <div className="hub-banner" data-tone="bad" role="alert">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <IconAlertTriangle size={18} className="hub-text-bad" aria-hidden />
        <div>
          <Text size="sm">{error.message}</Text>
          {fields.length > 1 && (
            <List size="sm" mt={4}>
              {fields.map(({ field, rule }) => (
                <List.Item key={`${field} ${rule}`}>
                  <code>{field}</code> {rule}
                </List.Item>
              ))}
            </List>
          )}
          {onRetry && (
            <Button size="xs" mt="xs" variant="default" onClick={() => void onRetry()}>
              Try again
            </Button>
          )}
        </div>
      </Group>
    </div>
  );
}
