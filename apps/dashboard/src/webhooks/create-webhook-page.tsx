import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api } from '../api/client.ts';
import type { NewWebhook } from '../api/types.ts';
import { InspectorOffer } from '../inspector/inspector-offer.tsx';
import { ButtonLink, TextLink } from '../ui/links.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { WebhookForm } from './webhook-form.tsx';

const route = getRouteApi('/projects/$projectId/webhooks/new');
const NOTHING: NewWebhook = { name: '', url: '', eventTypes: [], rateLimit: null };

/** Name, URL, event types; then the secret, this once. */
export function CreateWebhookPage() {
  const { projectId } = route.useParams();
  const create = useCreateWebhook(projectId);
  const list = { to: '/projects/$projectId/webhooks', params: { projectId } } as const;
  return (
    <>
      <PageHeader
        title="Create webhook"
        above={
          <TextLink {...list} size="sm">
            Webhooks
          </TextLink>
        }
      />
      <WebhookForm
        initial={NOTHING}
        action="Create webhook"
        isBusy={create.isPending}
        error={create.error}
        onSubmit={(webhook) => create.mutate(webhook)}
        urlHint={(setUrl) => <InspectorOffer projectId={projectId} onUse={setUrl} />}
        cancel={
          <ButtonLink {...list} variant="subtle" color="gray">
            Cancel
          </ButtonLink>
        }
      />
      {create.data && <Created projectId={projectId} webhook={create.data} />}
    </>
  );
}

function useCreateWebhook(projectId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewWebhook) =>
      answerOf(api.POST('/v1/projects/{projectId}/webhooks', { params: { path: { projectId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['project', projectId] }),
    // The secret stays in this page's memory alone, and no longer than needed.
    gcTime: 0,
  });
}

interface CreatedProps {
  projectId: string;
  webhook: { id: string; name: string; secret: string };
}

function Created({ projectId, webhook }: CreatedProps) {
  const navigate = useNavigate();
  const [isStored, setStored] = useState(false);
  if (isStored) return null;
  return (
    <SecretOnce
      title="Store the secret"
      secret={webhook.secret}
      onStored={() => {
        setStored(true);
        const params = { projectId, webhookId: webhook.id };
        void navigate({ to: '/projects/$projectId/webhooks/$webhookId/test', params });
      }}
    >
      <b>{webhook.name}</b> was created. Your handler verifies the signature of each request with this secret.
      It is shown this once: copy it and store it where your other secrets are.
    </SecretOnce>
  );
}
