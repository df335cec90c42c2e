import { deliveryId, type Sent } from '#delivery';
import {
  RECORD_OF,
  toBody,
  type Attempt,
  type Delivery,
  type Destination,
  type EventOf,
  type EventType,
} from '#events';
import { v7 as uuidV7 } from 'uuid';
import { explainOutcome } from './explain-outcome.ts';
import { showBody } from './show-body.ts';

const SHOWN_BYTES = 1_024;
/** What is sent: an event type and its `data`, checked. */
export interface TestEvent<T extends EventType = EventType> {
  type: T;
  data: EventOf<T>['data'];
}

/** What is sent when nothing else is asked for. */
export const TEST_EVENT: TestEvent<'webhook.test'> = {
  type: 'webhook.test',
  data: { message: 'This is a test event from Ttoolab', test: true },
};

/** The delivery of a new event to one destination, whatever it subscribes to. */
export function testDelivery(
  destination: Destination,
  nowMs: number,
  { type, data }: TestEvent = TEST_EVENT,
): Delivery {
  const eventId = uuidV7();
  const { id: destinationId, tenantId, projectId } = destination;
  // The data were checked against this very type.
  const event = { id: eventId, tenantId, projectId, createdAt: nowMs, data } as EventOf<typeof type>;
  const body = toBody(RECORD_OF[type], event);
  return {
    id: deliveryId(eventId, destinationId),
    eventId,
    eventType: type,
    tenantId,
    projectId,
    destinationId,
    acceptedAt: nowMs,
    body,
    isTransformed: false,
    visitorId: null,
    problem: null,
    attempt: 1,
    uncounted: 0,
    dueAt: null,
    trigger: 'event',
    replayId: null,
    batch: null,
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
    batch: null,
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
