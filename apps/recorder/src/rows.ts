import type { Attempt } from '#events';

/** Why a delivery is pending that waits for its destination's digest. */
export const GATHERED_REASON = 'digest';

/** Times are Unix ms. */
export interface EventRow {
  id: string;
  acceptedAt: number;
  tenantId: string;
  projectId: string;
  type: string;
  createdAt: number;
  body: Buffer;
}

export interface DeliveryRow {
  id: string;
  eventId: string;
  destinationId: string;
  tenantId: string;
  projectId: string;
  eventType: string;
  status: 'pending' | 'retrying' | 'success' | 'failed' | 'held' | 'cancelled';
  attempts: number;
  nextAttemptAt: number | null;
  lastStatus: number | null;
  lastError: string | null;
  reason: string | null;
  /** Of a request whose body is not the event's own. */
  body: Buffer | null;
  acceptedAt: number;
}

/** An attempt as its record tells it, with headers as JSON text. */
export interface AttemptRow extends Omit<
  Attempt,
  'requestHeaders' | 'responseHeaders' | 'acceptedAt' | 'batch'
> {
  requestHeaders: string;
  responseHeaders: string;
  batchId: string | null;
  batchSize: number | null;
}

/** What one record adds. */
export interface Rows {
  events: readonly EventRow[];
  deliveries: readonly DeliveryRow[];
  attempts: readonly AttemptRow[];
  /** Ids of events that are of an erased visitor: nothing of them is kept. */
  forgotten?: readonly string[];
}
