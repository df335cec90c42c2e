import { PROMOTE_AFTER_MS } from '#delivery';
import type { WebhookRow } from './webhook.store.ts';

/** A webhook as the API answers with it. */
export interface Webhook extends Omit<WebhookRow, 'nextSecretAt'> {
  /** Set while two secrets are valid. */
  rotation: { startedAt: Date; promotesAt: Date } | null;
}

/** The webhook as it stands at `now`: a rotation that is old enough has ended by itself. */
export function currentWebhook({ nextSecretAt, ...webhook }: WebhookRow, now: Date): Webhook {
  return { ...webhook, rotation: nextSecretAt && rotationOf(nextSecretAt, now) };
}

// Null when it has ended.
function rotationOf(startedAt: Date, now: Date): Webhook['rotation'] {
  const promotesAt = new Date(startedAt.getTime() + PROMOTE_AFTER_MS);
  return promotesAt <= now ? null : { startedAt, promotesAt };
}
