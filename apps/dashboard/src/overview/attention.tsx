import { useQuery } from '@tanstack/react-query';
import { healthQuery, webhooksQuery } from '../api/queries.ts';
import type { Webhook, WebhookHealth } from '../api/types.ts';
import { Section } from '../ui/section.tsx';
import { WebhookTable } from '../webhooks/webhook-table.tsx';

/** The webhooks that somebody should look at: paused ones, and those on their way to it. */
export function Attention({ projectId }: { projectId: string }) {
  const { data: webhooks } = useQuery(webhooksQuery(projectId));
  const { data: health } = useQuery(healthQuery(projectId));
  const byId = new Map((health?.items ?? []).map((item) => [item.webhookId, item]));
  const troubled = (webhooks?.items ?? []).filter((webhook) => needsAttention(webhook, byId.get(webhook.id)));
  if (troubled.length === 0) return null;
  return (
    <Section title="Needs attention" description="Paused, or failing right now.">
      <WebhookTable projectId={projectId} webhooks={troubled} health={health} />
    </Section>
  );
}

function needsAttention(webhook: Webhook, health: WebhookHealth | undefined): boolean {
  if (!webhook.enabled) return webhook.disabledReason !== 'disabled by hand';
  return (health?.consecutiveFailures ?? 0) > 0;
}
