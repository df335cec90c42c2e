import { Box, Group, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface PageHeaderProps {
  title: string;
  /** What stands beside the title, such as a status. */
  badge?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  /** Links to the pages above. */
  above?: ReactNode;
}

/** The head of a page; also names the browser's tab. */
export function PageHeader({ title, badge, description, actions, above }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Ttoolab Hub`;
  }, [title]);
  return (
    <Box component="header" mb="lg">
      {above && (
        <Text size="sm" c="dimmed" mb={4}>
          {above}
        </Text>
      )}
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box miw={0} flex="1 1 260px">
          <Group gap="sm">
            <Title order={1} style={{ overflowWrap: 'anywhere' }}>
              {title}
            </Title>
            {badge}
          </Group>
          {description && (
            <Text component="div" size="sm" c="dimmed" mt={2} style={{ overflowWrap: 'anywhere' }}>
              {description}
            </Text>
          )}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
    </Box>
  );
}
