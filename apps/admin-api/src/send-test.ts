import { deliveryId, type Sent } from '#delivery';
import { toBody, type Attempt, type Delivery, type Destination } from '#events';
import { v7 as uuidV7 } from 'uuid';
import { explainOutcome } from './explain-outcome.ts';
import { showBody } from './show-body.ts';

const SHOWN_BYTES = 1_024;
const DATA = { message: 'This is a test event from Ttoolab', test: true };

/** The delivery of a new `webhook.test` event to a destination, whatever it subscribes to. */
export function testDelivery(destination: Destination, nowMs: number): Delivery {
  const eventId = uuidV7();
  const { id: destinationId, tenantId, projectId } = destination;
  const body = toBody('hub.events.WebhookTest', {
    id: eventId,
    tenantId,
    projectId,
    createdAt: nowMs,
    data: DATA,
  });
  return {
    id: deliveryId(eventId, destinationId),
    eventId,
    eventType: 'webhook.test',
    tenantId,
    projectId,
    destinationId,
    acceptedAt: nowMs,
    body,
    attempt: 1,
    uncounted: 0,
    dueAt: null,
    trigger: 'event',
  };
}

/** The rows of a test: its attempt, after one that met a closed connection. They count for nothing: no failures, no retry. */
export function testAttempts(
  delivery: Delivery,
  sent: Sent,
  enabledEpoch: number,
): { dropped: Attempt | null; last: Attempt } {
  const last = testAttempt(delivery, sent, enabledEpoch);
  if (sent.dropped === null) return { dropped: null, last };
  const outcome = { kind: 'interrupted', isFault: false, wasSent: true } as const;
  const dropped = testAttempt(delivery, { outcome, exchange: sent.dropped, dropped: null }, enabledEpoch);
  return { dropped, last: { ...last, number: 2 } };
}

function testAttempt(delivery: Delivery, { outcome, exchange }: Sent, enabledEpoch: number): Attempt {
  const { startedAtMs, ...seen } = exchange;
  return {
    ...seen,
    deliveryId: delivery.id,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    tenantId: delivery.tenantId,
    projectId: delivery.projectId,
    destinationId: delivery.destinationId,
    acceptedAt: delivery.acceptedAt,
    number: 1,
    startedAt: startedAtMs,
    outcome: outcome.kind,
    deliveryStatus: outcome.kind === 'delivered' ? 'success' : 'failed',
    nextAttemptAt: null,
    consecutiveFailures: 0,
    disablesDestination: false,
    disabledReason: null,
    enabledEpoch,
  };
}

/** What Send test answers. */
export function testResult(attempt: Attempt) {
  return {
    deliveryId: attempt.deliveryId,
    eventId: attempt.eventId,
    outcome: attempt.outcome,
    status: attempt.status,
    latencyMs: attempt.durationMs,
    errorClass: attempt.errorClass,
    error: explainOutcome(attempt),
    responseBody: showBody(attempt.responseBody, attempt.isResponseTruncated, SHOWN_BYTES),
  };
}
