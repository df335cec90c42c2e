import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import type { Webhook } from '../api/types.ts';
import { formatExact } from '../ui/format-time.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';

/** Replaces the secret in two steps, so that no request fails to verify in between. */
export function SecretRotation({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const queries = useQueryClient();
  const params = { path: { projectId, webhookId: webhook.id } };
  const rotate = useMutation({
    mutationFn: () =>
      answerOf(api.POST('/v1/projects/{projectId}/webhooks/{webhookId}/secret/rotate', { params })),
    gcTime: 0,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: ['project', projectId, 'webhook'] });
  if (webhook.rotation)
    return <Promotion projectId={projectId} webhook={webhook} rotation={webhook.rotation} />;
  return (
    <Stack gap="sm" align="flex-start">
      <AskFirst isBusy={rotate.isPending} onRotate={() => rotate.mutate()} />
      {rotate.error && <ProblemAlert error={rotate.error} />}
      {rotate.data && (
        <SecretOnce
          title="Store the next secret"
          secret={rotate.data.secret}
          onStored={() => {
            rotate.reset();
            void refresh();
          }}
        >
          It is shown this once. From now on <code>webhook-signature</code> carries signatures of both
          secrets; <code>X-Ttoolab-Signature</code> stays with the old one until you promote the next, or
          until {formatExact(rotate.data.promotesAt)}.
        </SecretOnce>
      )}
    </Stack>
  );
}

function AskFirst({ isBusy, onRotate }: { isBusy: boolean; onRotate: () => void }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" loading={isBusy} onClick={open}>
        Rotate secret
      </Button>
      <Modal opened={isOpen} onClose={close} title="Make a next secret?">
        <Text size="sm">
          Step 1 of 2: you get the next secret and teach it to your receiver. Step 2: you promote it. If
          nobody does, it becomes the only secret after 24 hours.
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            data-autofocus
            onClick={() => {
              close();
              onRotate();
            }}
          >
            Make next secret
          </Button>
        </Group>
      </Modal>
    </>
  );
}

interface PromotionProps {
  projectId: string;
  webhook: Webhook;
  rotation: NonNullable<Webhook['rotation']>;
}

function Promotion({ projectId, webhook, rotation }: PromotionProps) {
  const queries = useQueryClient();
  const promote = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/projects/{projectId}/webhooks/{webhookId}/secret/promote', {
          params: { path: { projectId, webhookId: webhook.id } },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['project', projectId, 'webhook'] }),
  });
  return (
    <div className="hub-banner" data-tone="info">
      <Text size="sm">
        Step 2 of 2: once your receiver accepts the next secret, promote it. It becomes the only one by itself
        at {formatExact(rotation.promotesAt)}.
      </Text>
      <Button mt="sm" loading={promote.isPending} onClick={() => promote.mutate()}>
        Promote next secret
      </Button>
      {promote.error && <ProblemAlert error={promote.error} />}
    </div>
  );
}
