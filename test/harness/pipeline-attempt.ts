import type { Attempt, DeliveryParked } from '#events';
import { sampleDelivery } from './pipeline-samples.ts';

/** Whose attempt it is: the sample delivery. */
function subject() {
  const {
    id: deliveryId,
    eventId,
    eventType,
    tenantId,
    projectId,
    destinationId,
    acceptedAt,
  } = sampleDelivery();
  return { deliveryId, eventId, eventType, tenantId, projectId, destinationId, acceptedAt };
}

/** Some delivery's first attempt, which failed with 500, with the fields that matter to a test. */
export function sampleAttempt(fields: Partial<Attempt> = {}): Attempt {
  const { acceptedAt } = subject();
  return {
    ...subject(),
    number: 1,
    startedAt: acceptedAt + 20,
    durationMs: 12,
    url: 'https://receiver.test/hook',
    outcome: 'rejected',
    errorClass: null,
    status: 500,
    requestHeaders: { 'webhook-id': 'e' },
    responseHeaders: { server: 'x' },
    responseBody: Buffer.from('no'),
    isResponseTruncated: false,
    deliveryStatus: 'retrying',
    nextAttemptAt: acceptedAt + 60_000,
    consecutiveFailures: 1,
    disablesDestination: false,
    disabledReason: null,
    enabledEpoch: 1,
    batch: null,
    ...fields,
  };
}

/** The sample delivery, held before its first attempt, with the fields that matter to a test. */
export function sampleParked(fields: Partial<DeliveryParked> = {}): DeliveryParked {
  return { ...subject(), status: 'held', reason: 'disabled', attempts: 0, parkedAt: 0, ...fields };
}
