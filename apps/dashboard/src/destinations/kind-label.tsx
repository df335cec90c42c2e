import { Group } from '@mantine/core';
import { KINDS, type Kind } from './kinds.ts';

/** The kind of a destination, with its sign. */
export function KindLabel({ kind }: { kind: Kind }) {
  const { label, icon: Symbol } = KINDS[kind];
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex">
      <Symbol size={15} stroke={1.6} aria-hidden />
      {label}
    </Group>
  );
}
