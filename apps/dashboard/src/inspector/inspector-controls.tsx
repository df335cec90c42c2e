import { Box, Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMay } from '../access/use-may.ts';
import type { Inspector } from '../api/types.ts';
import { CopyTextButton } from '../ui/copy-button.tsx';
import { ButtonLink } from '../ui/links.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { useInspector } from './use-inspector.ts';

const ANSWERS = [
  { value: '200', label: '200 OK' },
  { value: '204', label: '204 No Content' },
  { value: '400', label: '400 Bad Request' },
  { value: '410', label: '410 Gone (disables at once)' },
  { value: '429', label: '429 Too Many Requests' },
  { value: '500', label: '500 Internal Server Error' },
  { value: '503', label: '503 Service Unavailable' },
];

interface InspectorControlsProps {
  projectId: string;
  inspector: Inspector;
  url: string;
}

/** The URL to use, and what it answers. */
export function InspectorControls({ projectId, inspector, url }: InspectorControlsProps) {
  const { answerWith } = useInspector(projectId);
  const mayWrite = useMay(projectId)('webhooks:write');
  return (
    <Box className="hub-card" p="md" mb="lg">
      <Stack gap="sm">
        <Box>
          <Text size="xs" c="dimmed">
            URL
          </Text>
          <Text className="hub-mono" style={{ overflowWrap: 'anywhere' }}>
            {url}
          </Text>
        </Box>
        <Group gap="sm" align="flex-end">
          <CopyTextButton text={url} label="Copy URL" />
          {mayWrite && (
            <ButtonLink to="/projects/$projectId/webhooks/new" params={{ projectId }} variant="default">
              Create webhook
            </ButtonLink>
          )}
          <Select
            label="Answer with"
            w={250}
            allowDeselect={false}
            data={ANSWERS}
            value={String(inspector.answerStatus)}
            disabled={answerWith.isPending || !mayWrite}
            onChange={(status) => answerWith.mutate(Number(status))}
          />
          {mayWrite && inspector.requests.length > 0 && <Clear projectId={projectId} />}
        </Group>
        {answerWith.error && <ProblemAlert error={answerWith.error} />}
      </Stack>
    </Box>
  );
}

function Clear({ projectId }: { projectId: string }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const { clear } = useInspector(projectId);
  return (
    <>
      <Button variant="subtle" color="gray" onClick={open}>
        Clear
      </Button>
      <Modal opened={isOpen} onClose={close} title="Forget these requests?">
        <Text size="sm">They are gone for everybody who works in this project.</Text>
        {clear.error && <ProblemAlert error={clear.error} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            color="red.8"
            loading={clear.isPending}
            onClick={() => clear.mutate(undefined, { onSuccess: close })}
          >
            Forget them
          </Button>
        </Group>
      </Modal>
    </>
  );
}
