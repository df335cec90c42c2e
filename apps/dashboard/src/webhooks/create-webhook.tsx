import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { answerOf, api } from '../api/client.ts';
import type { NewWebhook } from '../api/types.ts';
import { InspectorOffer } from '../inspector/inspector-offer.tsx';
import { SecretOnce } from '../ui/secret-once.tsx';
import { WebhookForm } from './webhook-form.tsx';

const NOTHING: NewWebhook = { name: '', url: '', eventTypes: [], rateLimit: null };

/** Name, URL, event types; then the secret, this once. */
export function CreateWebhook({ projectId, cancel }: { projectId: string; cancel: ReactNode }) {
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (body: Omit<NewWebhook, 'headers'>) =>
      answerOf(api.POST('/v1/projects/{projectId}/webhooks', { params: { path: { projectId } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['project', projectId] }),
    // The secret stays in this page's memory alone, and no longer than needed.
    gcTime: 0,
  });
  return (
    <>
      <WebhookForm
        initial={NOTHING}
        action="Create webhook"
        isBusy={create.isPending}
        error={create.error}
        onSubmit={({ headers: _none, ...webhook }) => create.mutate(webhook)}
        urlHint={(setUrl) => <InspectorOffer projectId={projectId} onUse={setUrl} />}
        beside={cancel}
      />
      {create.data && <Created projectId={projectId} webhook={create.data} />}
    </>
  );
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
