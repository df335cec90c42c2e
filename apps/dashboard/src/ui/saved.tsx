import { Text } from '@mantine/core';

/** Says that a form was saved, to the eye and to a screen reader. It is always there: what comes later is not read. */
export function Saved({ isShown, children = 'Saved' }: { isShown: boolean; children?: string }) {
  return (
    <Text size="sm" c="dimmed" role="status">
      {isShown ? children : ''}
    </Text>
  );
}
