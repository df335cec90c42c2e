import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

interface ConfirmByNameProps {
  isOpen: boolean;
  title: string;
  /** What must be typed. */
  name: string;
  action: string;
  children: ReactNode;
  isBusy: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks for the name of what is to be destroyed, so that no single click destroys anything. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { isOpen, title, name, action, children, isBusy, error, onConfirm, onClose } = props;
  const [typed, setTyped] = useState('');
  const isSure = typed.trim() === name.trim();
  return (
    <Modal opened={isOpen} onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isSure) onConfirm();
        }}
      >
        <Stack gap="sm">
          <Text component="div" size="sm">
            {children}
          </Text>
          <TextInput
            label={`Type “${name}” to confirm`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          {error && <ProblemAlert error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" color="red.8" disabled={!isSure} loading={isBusy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
