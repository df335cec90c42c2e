import type { Delivery } from '#events';
import type { BodyFields } from './delivery-bodies.ts';
import type { RedeliverableRow } from './redelivery.store.ts';

/** Why a delivery cannot be sent once more, or null when it can. */
export function redeliveryRefusal(row: RedeliverableRow): string | null {
  if (row.isTest) return 'A test is not delivered again: send a new one.';
  if (row.isWebhookEnabled === null) return 'The webhook of this delivery was deleted.';
  if (!row.isWebhookEnabled) return 'The webhook is disabled: enable it first.';
  // A second chain of attempts beside the first would give two attempts the same number.
  if (row.status === 'pending' || row.status === 'retrying') return 'The delivery is still being tried.';
  return null;
}

/** The record that starts one more attempt, numbered after the last, with the same bytes as before. */
export function toRedelivery(row: RedeliverableRow, body: BodyFields): Delivery {
  const { id, eventId, eventType, tenantId, projectId, destinationId } = row;
  return {
    id,
    eventId,
    eventType,
    tenantId,
    projectId,
    destinationId,
    acceptedAt: row.acceptedAt.getTime(),
    ...body,
    problem: null,
    attempt: row.attempts + 1,
    uncounted: 0,
    dueAt: null,
    trigger: 'redelivery',
    replayId: null,
    batch: null,
  };
}
