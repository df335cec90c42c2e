import { SimpleGrid } from '@mantine/core';
import type { ReactNode } from 'react';

/** Two charts side by side, or one above the other where there is no room. */
export function ChartPair({ first, second }: { first: ReactNode; second: ReactNode }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" mt="md">
      {first}
      {second}
    </SimpleGrid>
  );
}
