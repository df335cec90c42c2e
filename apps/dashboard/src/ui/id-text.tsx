import { Group, Text } from '@mantine/core';
import { CopyIcon } from './copy-button.tsx';

/** An id in monospace, with a button that copies it. */
export function IdText({
  id,
  label = 'Copy id',
  short = false,
}: {
  id: string;
  label?: string;
  short?: boolean;
}) {
  return (
    <Group gap={4} wrap="nowrap" display="inline-flex">
      <Text span className="hub-mono" title={id}>
        {short ? `${id.slice(0, 8)}…${id.slice(-4)}` : id}
      </Text>
      <CopyIcon text={id} label={label} />
    </Group>
  );
}
