import type { Attempt, Delivery, DeliveryParked, LaneState, RequestBatch } from '#events';
import type { Exchange, Sent } from './channel.ts';
import type { Next } from './decide-next.ts';
import type { Lane } from './lane.ts';

type Subject = Pick<
  Attempt,
  'deliveryId' | 'eventId' | 'eventType' | 'tenantId' | 'projectId' | 'destinationId' | 'acceptedAt'
>;

/**
 * The delivery as its retry topic, or the deferred topic after an interruption, carries it.
 * @param batch the one it is to be sent in again
 */
export function toNextDelivery(
  delivery: Delivery,
  next: Next,
  batch: RequestBatch | null = delivery.batch,
): Delivery {
  const attempt = delivery.attempt + 1;
  switch (next.kind) {
    case 'retry':
      return { ...delivery, attempt, dueAt: next.dueAtMs, batch };
    case 'again':
      return { ...delivery, attempt, uncounted: delivery.uncounted + 1, dueAt: null, batch };
    case 'dead':
    case 'done':
      return delivery;
  }
}

/** The delivery after a request that was dropped and sent again: one attempt further, none counted. */
export function afterDropped(delivery: Delivery): Delivery {
  return { ...delivery, attempt: delivery.attempt + 1, uncounted: delivery.uncounted + 1 };
}

/** The row of a request that was dropped and sent again. */
export function toDroppedAttempt(delivery: Delivery, dropped: Exchange, lane: LaneSnapshot): Attempt {
  const outcome = { kind: 'interrupted', isFault: false, wasSent: true } as const;
  const next = { kind: 'again', topic: '' } as const;
  return toAttempt(delivery, { outcome, exchange: dropped, dropped: null }, next, lane);
}

/** The row of one attempt. @param disabledReason set when this attempt disables the destination */
export function toAttempt(
  delivery: Delivery,
  { outcome, exchange }: Sent,
  next: Next,
  lane: LaneSnapshot,
): Attempt {
  const { startedAtMs, ...seen } = exchange;
  return {
    ...toSubject(delivery),
    ...seen,
    number: delivery.attempt,
    startedAt: startedAtMs,
    outcome: outcome.kind,
    deliveryStatus: STATUS_AFTER[next.kind],
    nextAttemptAt: next.kind === 'retry' ? next.dueAtMs : null,
    consecutiveFailures: lane.consecutiveFailures,
    disablesDestination: lane.disabledReason !== null,
    disabledReason: lane.disabledReason,
    enabledEpoch: lane.epoch,
    batch: lane.batch,
  };
}

const STATUS_AFTER = { done: 'success', retry: 'retrying', again: 'retrying', dead: 'failed' } as const;

/** What an attempt's row says beside the attempt: of the lane right after it, and of the request. */
export interface LaneSnapshot {
  consecutiveFailures: number;
  epoch: number;
  disabledReason: string | null;
  batch: RequestBatch | null;
}

/** The row of a delivery that is put aside without an attempt. */
export function toParked(
  delivery: Delivery,
  status: DeliveryParked['status'],
  reason: string,
  nowMs: number,
): DeliveryParked {
  return { ...toSubject(delivery), status, reason, attempts: delivery.attempt - 1, parkedAt: nowMs };
}

/** What must be known of a lane after a crash. */
export function toLaneState(lane: Lane, nowMs: number): LaneState {
  const { destinationId, epoch, health, disabledReason } = lane;
  return {
    destinationId,
    enabledEpoch: epoch,
    consecutiveFailures: health.consecutiveFailures,
    disabledAt: disabledReason === null ? null : nowMs,
    updatedAt: nowMs,
  };
}

function toSubject({
  id,
  eventId,
  eventType,
  tenantId,
  projectId,
  destinationId,
  acceptedAt,
}: Delivery): Subject {
  return { deliveryId: id, eventId, eventType, tenantId, projectId, destinationId, acceptedAt };
}
