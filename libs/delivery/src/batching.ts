import { v5 } from 'uuid';
import type { Delivery, Destination, RequestBatch } from '#events';
import type { Sent } from './channel.ts';
import type { Outcome } from './outcome.ts';

/** How deliveries of one destination are gathered into requests. */
export interface BatchPolicy {
  /** Fewer are sent as they would be without batches. */
  minEvents: number;
  maxEvents: number;
  maxBytes: number;
  /** How long the oldest of a group waits for more. */
  maxWaitMs: number;
  /** Least time between two requests of a group. */
  spacingMs: number;
  /** What is sent together; undefined for what goes alone, at once. */
  groupOf: (delivery: Delivery) => string | undefined;
  /** How many of its group are worth no more waiting. */
  sizeOf: (delivery: Delivery) => number;
}

/** Several deliveries of one destination, to be sent in one request. */
export interface Batched extends RequestBatch {
  deliveries: readonly Delivery[];
}

/** Sends a batch to a destination of its kind. Never throws for what a receiver does. */
export type SendBatch = (batch: Batched, destination: Destination, signal: AbortSignal) => Promise<Sent>;

/** How a channel sends several deliveries in one request. */
export interface Batching {
  /** Undefined for a destination whose deliveries go one by one. */
  policyOf: (destination: Destination) => BatchPolicy | undefined;
  send: SendBatch;
}

/** The deliveries as a batch, whose id is the same whenever they are: receivers drop a repeated request by it. */
export function toBatch(deliveries: readonly Delivery[], destinationId: string): Batched {
  const id = v5(deliveries.map(({ eventId }) => eventId).join(), destinationId);
  return { id, size: deliveries.length, deliveries };
}

/** Whether these deliveries, which were picked together, are sent as a batch. */
export function isBatch(deliveries: readonly Delivery[], policy: BatchPolicy | undefined): boolean {
  const [first] = deliveries;
  if (policy === undefined || first === undefined || policy.groupOf(first) === undefined) return false;
  return deliveries.length >= policy.minEvents;
}

/** Answers that speak of what was sent: one event of a batch can be to blame for all. */
const BLAMING = new Set([400, 413, 422]);

/**
 * The batch that a delivery is in when it is sent again: the same, so that receivers can tell a repetition by its id;
 * or one of its own, when the receiver could do nothing with the array.
 */
export function batchAgain(
  delivery: Delivery,
  outcome: Outcome,
  batch: RequestBatch | null,
): RequestBatch | null {
  if (batch === null || outcome.kind !== 'rejected' || !BLAMING.has(outcome.status)) return batch;
  const { id, size } = toBatch([delivery], delivery.destinationId);
  return { id, size };
}
