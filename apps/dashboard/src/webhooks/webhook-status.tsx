import type { Webhook, WebhookHealth } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { explainPause } from './explain-pause.ts';

/** Whether a webhook gets its events, and how far it is from being paused. */
export function WebhookStatus({
  webhook,
  health,
  pauseAfter,
}: {
  webhook: Webhook;
  health: WebhookHealth | undefined;
  pauseAfter: number;
}) {
  const failures = health?.consecutiveFailures ?? 0;
  if (!webhook.enabled) {
    const isByHand = webhook.disabledReason === 'disabled by hand';
    return (
      <Badge tone={isByHand ? 'quiet' : 'bad'} title={explainPause(webhook.disabledReason)}>
        {isByHand ? 'Disabled' : 'Paused'}
      </Badge>
    );
  }
  if (failures === 0) return <Badge tone="good">Enabled</Badge>;
  return (
    <Badge tone="warn" title={`After ${pauseAfter} failed attempts in a row the webhook is paused`}>
      {failures} of {pauseAfter} failures
    </Badge>
  );
}
