import type { Delivery, Destination, RequestBatch } from '#events';
import { isBatch, toBatch, type Batching } from './batching.ts';
import type { Send, Sent } from './channel.ts';

/** How a channel makes requests. */
export interface Senders {
  send: Send;
  /** Where the channel can send several deliveries in one request. */
  batching?: Batching | undefined;
}

/** A request, and the batch that it was. */
export interface Request {
  sent: Sent;
  batch: RequestBatch | null;
}

/** Makes the one request of deliveries that were picked together, at least one. */
export async function makeRequest(
  deliveries: readonly Delivery[],
  destination: Destination,
  signal: AbortSignal,
  { send, batching }: Senders,
): Promise<Request> {
  if (batching === undefined || !isBatch(deliveries, batching.policyOf(destination)))
    return { sent: await send(deliveries[0] as Delivery, destination, signal), batch: null };
  const batch = toBatch(deliveries, destination.id);
  const { id, size } = batch;
  return { sent: await batching.send(batch, destination, signal), batch: { id, size } };
}
