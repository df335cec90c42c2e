import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

interface QuestionProps {
  /** What must be typed. */
  name: string;
  action: string;
  children: ReactNode;
  isBusy: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
}

interface ConfirmByNameProps extends QuestionProps {
  isOpen: boolean;
  title: string;
}

/** Asks for the name of what is to be destroyed, so that no single click destroys anything. */
export function ConfirmByName({ isOpen, title, ...question }: ConfirmByNameProps) {
  return (
    <Modal opened={isOpen} onClose={question.onClose} title={title}>
      <Question {...question} />
    </Modal>
  );
}

// Comes and goes with the modal, so that what was typed once does not answer the next time.
function Question({ name, action, children, isBusy, error, onConfirm, onClose }: QuestionProps) {
  const [typed, setTyped] = useState('');
  const isSure = typed.trim() === name.trim();
  return (
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
  );
}
