import { Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { NotAllowed } from '../access/not-allowed.tsx';
import { useMay } from '../access/use-may.ts';
import { answerOf, api } from '../api/client.ts';
import { webhookQuery } from '../api/queries.ts';
import type { Webhook } from '../api/types.ts';
import { Ending } from '../destinations/ending.tsx';
import { IdText } from '../ui/id-text.tsx';
import { Saved } from '../ui/saved.tsx';
import { Section } from '../ui/section.tsx';
import { SecretRotation } from './secret-rotation.tsx';
import { CustomHeaders } from './custom-headers.tsx';
import { WebhookForm, type WebhookFields } from './webhook-form.tsx';

const route = getRouteApi('/projects/$projectId/webhooks/$webhookId/settings');

/** What of a webhook can be changed, and its end. */
export function WebhookSettings() {
  const { projectId, webhookId } = route.useParams();
  const { data: webhook } = useQuery(webhookQuery(projectId, webhookId));
  const mayWrite = useMay(projectId)('webhooks:write');
  if (!webhook) return null;
  if (!mayWrite) return <NotAllowed who="Owners, admins and developers">change webhooks</NotAllowed>;
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
        <Ending projectId={projectId} destination={{ ...webhook, kind: 'webhook' }} />
      </Section>
    </Stack>
  );
}

function Edit({ projectId, webhook }: { projectId: string; webhook: Webhook }) {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: WebhookFields) =>
      answerOf(
        api.PATCH('/v1/projects/{projectId}/webhooks/{webhookId}', {
          params: { path: { projectId, webhookId: webhook.id } },
          body,
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['project', projectId] }),
  });
  const { name, url, eventTypes, filter, rateLimit } = webhook;
  return (
    <WebhookForm
      // The URL that counts as its own is that of the last save.
      key={url}
      initial={{ name, url, eventTypes, filter, rateLimit }}
      headerNames={Object.keys(webhook.headers)}
      action="Save"
      isBusy={change.isPending}
      error={change.error}
      onSubmit={(body) => change.mutate(body)}
      beside={<Saved isShown={change.isSuccess} />}
    />
  );
}
