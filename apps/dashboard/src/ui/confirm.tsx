import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

interface ConfirmProps {
  isOpen: boolean;
  title: string;
  action: string;
  children: ReactNode;
  isBusy: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** The second question before something is taken away that can be given back. What cannot is asked by its name. */
export function Confirm(props: ConfirmProps) {
  const { isOpen, title, action, children, isBusy, error, onConfirm, onClose } = props;
  return (
    // Gone at once: while it fades out, what it asked about would be missing from its text.
    <Modal opened={isOpen} onClose={onClose} title={title} transitionProps={{ duration: 0 }}>
      <Stack gap="sm">
        <Text component="div" size="sm">
          {children}
        </Text>
        {error && <ProblemAlert error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red.8" loading={isBusy} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
