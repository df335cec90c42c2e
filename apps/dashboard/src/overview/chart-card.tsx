import '@mantine/charts/styles.css';
import { Box, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface ChartCardProps {
  title: string;
  /** The whole chart in a sentence, for those who do not see it. */
  summary: string;
  legend: readonly { label: string; color: string }[];
  children: ReactNode;
}

/** A chart with its title and what its colours mean. */
export function ChartCard({ title, summary, legend, children }: ChartCardProps) {
  return (
    <Box className="hub-card" p="md" component="figure" m={0} aria-label={`${title}: ${summary}`}>
      <Group justify="space-between" mb="sm" gap="xs">
        <Text size="sm" fw={500}>
          {title}
        </Text>
        <Group gap="sm" aria-hidden>
          {legend.map(({ label, color }) => (
            <Group key={label} gap={6}>
              <Box w={9} h={9} style={{ borderRadius: 3, background: color }} />
              <Text size="xs" c="dimmed">
                {label}
              </Text>
            </Group>
          ))}
        </Group>
      </Group>
      <div aria-hidden>{children}</div>
    </Box>
  );
}
