import { Box } from '@mantine/core';
import type { ReactNode } from 'react';

/** Names and values below one another; what is undefined is left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Box className="hub-card" p="md" mb="xl">
      <dl className="hub-definition">
        {facts
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </Box>
  );
}
