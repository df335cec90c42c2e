import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { CopyTextButton } from './copy-button.tsx';

interface SecretOnceProps {
  title: string;
  secret: string;
  /** What it is. */
  label?: string;
  children: ReactNode;
  onStored: () => void;
}

/** Shows what is shown once. It does not close before somebody says that they have stored it. */
export function SecretOnce({ title, secret, label = 'Secret', children, onStored }: SecretOnceProps) {
  const [isStored, setStored] = useState(false);
  return (
    <Modal
      opened
      onClose={() => undefined}
      title={title}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      size="lg"
    >
      <Stack gap="sm">
        <Text component="div" size="sm">
          {children}
        </Text>
        <pre className="hub-code" data-wrap tabIndex={0} role="region" aria-label={label}>
          {secret}
        </pre>
        <Group>
          <CopyTextButton text={secret} label={`Copy ${label}`} />
        </Group>
        <Checkbox
          mt="xs"
          label="I have stored it in a safe place"
          checked={isStored}
          onChange={(event) => setStored(event.currentTarget.checked)}
        />
        <Group justify="flex-end">
          <Button disabled={!isStored} onClick={onStored}>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
