import { v5 } from 'uuid';
import { deliveryId } from '#delivery';
import type { Delivery } from '#events';
import type { BodyFields } from '../delivery-bodies.ts';
import type { CopiedEvent, MissingRow, ReplayedRow, ReplayJob } from './replay-job.store.ts';

/** The record that sends a delivery for a replay: numbered after its last attempt, with the whole ladder of retries. */
export function toReplayed(row: ReplayedRow, body: BodyFields): Delivery {
  const { id, eventId, eventType, tenantId, projectId, destinationId, attempts, replayId } = row;
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
    attempt: attempts + 1,
    uncounted: attempts,
    dueAt: null,
    trigger: 'redelivery',
    replayId,
    batch: null,
  };
}

/** The delivery of an event that its destination never had. It has the id that the dispatcher would have given it. */
export function toFirstDelivery(
  job: ReplayJob,
  { id: eventId, type, acceptedAt, body }: MissingRow,
): ReplayedRow {
  const { id: replayId, tenantId, projectId, destinationId, kind, transformation } = job;
  const owner = { tenantId, projectId, destinationId, kind, replayId, transformation, ownBody: null };
  const id = deliveryId(eventId, destinationId);
  return { ...owner, id, eventId, eventType: type, status: 'pending', attempts: 0, acceptedAt, body };
}

/** A copy of a delivery's event under an id of its own, always the same one for the same replay. */
export function toCopy(job: ReplayJob, { eventId }: ReplayedRow, body: Buffer): CopiedEvent {
  const id = v5(eventId, job.id);
  const { id: _id, replayOf, ...rest } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  // Of a copy of a copy, the first one is told.
  const copy = { id, replayOf: replayOf ?? eventId, ...rest };
  return { id, replayOf: eventId, body: Buffer.from(JSON.stringify(copy)) };
}

/** The delivery of a copy. */
export function toCopyDelivery(job: ReplayJob, row: ReplayedRow, copy: CopiedEvent): ReplayedRow {
  const id = deliveryId(copy.id, job.destinationId);
  const { createdAt: acceptedAt } = job;
  return {
    ...row,
    id,
    eventId: copy.id,
    body: copy.body,
    ownBody: null,
    status: 'pending',
    attempts: 0,
    acceptedAt,
  };
}
