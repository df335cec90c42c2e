import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import { webhookQuery } from '../api/queries.ts';
import type { NewWebhook, Webhook } from '../api/types.ts';
import { ConfirmByName } from '../ui/confirm-by-name.tsx';
import { IdText } from '../ui/id-text.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Section } from '../ui/section.tsx';
import { SecretRotation } from './secret-rotation.tsx';
import { useWebhookActions } from './use-webhook-actions.ts';
import { CustomHeaders } from './custom-headers.tsx';
import { WebhookForm } from './webhook-form.tsx';

const route = getRouteApi('/projects/$projectId/webhooks/$webhookId/settings');

/** What of a webhook can be changed, and its end. */
export function WebhookSettings() {
  const { projectId, webhookId } = route.useParams();
  const { data: webhook } = useQuery(webhookQuery(projectId, webhookId));
  if (!webhook) return null;
  return (
    <Stack gap={0}>
      <Text size="sm" c="dimmed" mb="lg">
        Webhook <IdText id={webhook.id} label="Copy webhook id" />
      </Text>
      <Section title="Destination and events">
        <Edit projectId={projectId} webhook={webhook} />
      </Section>
      <Section title="Custom headers" description="Sent with each request, for example to pass a gateway.">
        <CustomHeaders projectId={projectId} webhook={webhook} />
      </Section>
      <Section
        title="Secret"
        description="Requests are signed with it. It was shown when the webhook was created."
      >
        <SecretRotation projectId={projectId} webhook={webhook} />
      </Section>
      <Section title="Disable or delete">
        <Ending projectId={projectId} webhook={webhook} />
      </Section>
    </Stack>
  );
}

function Edit({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const queries = useQueryClient();
  const [savedAt, setSavedAt] = useState(0);
  const change = useMutation({
    mutationFn: (body: NewWebhook) =>
      answerOf(
        api.PATCH('/v1/projects/{projectId}/webhooks/{webhookId}', {
          params: { path: { projectId, webhookId: webhook.id } },
          body,
        }),
      ),
    onSuccess: () => {
      setSavedAt(Date.now());
      return queries.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
  const { name, url, eventTypes, rateLimit } = webhook;
  return (
    <WebhookForm
      initial={{ name, url, eventTypes, rateLimit }}
      action="Save"
      isBusy={change.isPending}
      error={change.error}
      onSubmit={(body) => change.mutate(body)}
      cancel={
        <Text size="sm" c="dimmed" role="status">
          {savedAt > 0 && !change.isPending && !change.error ? 'Saved' : ''}
        </Text>
      }
    />
  );
}

function Ending({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const { enable, disable, remove } = useWebhookActions(projectId, webhook.id);
  const [isAsking, { open, close }] = useDisclosure(false);
  const navigate = useNavigate();
  const toggle = webhook.enabled ? disable : enable;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        A disabled webhook gets nothing; its events are held meanwhile. A deleted one is gone, and what waits
        for it is cancelled.
      </Text>
      <Group>
        <Button variant="default" loading={toggle.isPending} onClick={() => toggle.mutate()}>
          {webhook.enabled ? 'Disable' : 'Re-enable'}
        </Button>
        <Button variant="outline" color="var(--hub-bad)" onClick={open}>
          Delete webhook
        </Button>
      </Group>
      {toggle.error && <ProblemAlert error={toggle.error} />}
      <ConfirmByName
        isOpen={isAsking}
        title="Delete this webhook?"
        name={webhook.name}
        action="Delete webhook"
        isBusy={remove.isPending}
        error={remove.error}
        onClose={close}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => void navigate({ to: '/projects/$projectId/webhooks', params: { projectId } }),
          })
        }
      >
        <b>{webhook.name}</b> will get no more events, and deliveries that still wait for it are cancelled.
        Its secret is lost. This cannot be undone.
      </ConfirmByName>
    </Stack>
  );
}
