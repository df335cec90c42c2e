import { HubError } from '#errors';
import {
  eventTypeOf,
  toBody,
  type Attempt,
  type Decoded,
  type Delivery,
  type DeliveryParked,
  type EventRecord,
} from '#events';
import { GATHERED_REASON, type AttemptRow, type DeliveryRow, type EventRow, type Rows } from './rows.ts';

/** The row of an event. @param acceptedAtMs when Kafka appended it, Unix ms */
export function toEventRow({ name, value }: EventRecord, acceptedAtMs: number): EventRow {
  const { id, tenantId, projectId, createdAt } = value;
  return {
    id,
    acceptedAt: acceptedAtMs,
    tenantId,
    projectId,
    type: eventTypeOf(name),
    createdAt,
    body: toBody(name, value),
  };
}

/** The rows that a record of the delivery or attempt topic makes. @throws HubError for a record that has no business there */
export function toRows(decoded: Decoded): Rows {
  if (decoded.name === 'hub.pipeline.Delivery')
    return { events: [], deliveries: [pendingRow(decoded.value)], attempts: [] };
  if (decoded.name === 'hub.pipeline.DeliveryParked')
    return { events: [], deliveries: [parkedRow(decoded.value)], attempts: [] };
  if (decoded.name === 'hub.pipeline.Attempt') {
    return { events: [], deliveries: [attemptedRow(decoded.value)], attempts: [toAttemptRow(decoded.value)] };
  }
  throw new HubError('HUB_RECORD_UNDECODABLE', `${decoded.name} is not a record of a delivery`);
}

const NOTHING_YET = { nextAttemptAt: null, lastStatus: null, lastError: null, reason: null, body: null };

function pendingRow({
  id,
  eventId,
  destinationId,
  tenantId,
  projectId,
  eventType,
  acceptedAt,
  isTransformed,
  body,
  problem,
}: Delivery): DeliveryRow {
  const subject = { id, eventId, destinationId, tenantId, projectId, eventType, acceptedAt };
  const status = problem === null ? 'pending' : 'failed';
  const ownBody = isTransformed ? body : null;
  return { ...subject, ...NOTHING_YET, status, attempts: 0, reason: problem, body: ownBody };
}

function parkedRow(parked: DeliveryParked): DeliveryRow {
  const {
    deliveryId: id,
    eventId,
    destinationId,
    tenantId,
    projectId,
    eventType,
    acceptedAt,
    status,
    attempts,
    reason,
  } = parked;
  const subject = { id, eventId, destinationId, tenantId, projectId, eventType, acceptedAt };
  if (status === 'gathered')
    return { ...subject, ...NOTHING_YET, status: 'pending', attempts, reason: GATHERED_REASON };
  return { ...subject, ...NOTHING_YET, status, attempts, reason };
}

function attemptedRow(attempt: Attempt): DeliveryRow {
  const { deliveryId: id, eventId, destinationId, tenantId, projectId, eventType, acceptedAt } = attempt;
  const subject = { id, eventId, destinationId, tenantId, projectId, eventType, acceptedAt };
  return {
    ...subject,
    status: attempt.deliveryStatus,
    attempts: attempt.number,
    nextAttemptAt: attempt.nextAttemptAt,
    lastStatus: attempt.status,
    lastError: attempt.errorClass,
    reason: null,
    body: null,
  };
}

function toAttemptRow(attempt: Attempt): AttemptRow {
  const { requestHeaders, responseHeaders, acceptedAt: _acceptedAt, batch, ...rest } = attempt;
  return {
    ...rest,
    requestHeaders: JSON.stringify(requestHeaders),
    responseHeaders: JSON.stringify(responseHeaders),
    batchId: batch?.id ?? null,
    batchSize: batch?.size ?? null,
  };
}
