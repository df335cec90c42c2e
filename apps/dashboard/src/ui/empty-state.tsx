import { Box, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a list says when there is nothing in it yet: what it will hold, and how to begin. */
export function EmptyState({
  title,
  children,
  actions,
}: {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <Box className="hub-card hub-sunken" py={48} px="md">
      <Stack align="center" gap="xs" maw={520} mx="auto">
        <Title order={2}>{title}</Title>
        <Text component="div" size="sm" c="dimmed" ta="center">
          {children}
        </Text>
        {actions && <Box mt="xs">{actions}</Box>}
      </Stack>
    </Box>
  );
}
