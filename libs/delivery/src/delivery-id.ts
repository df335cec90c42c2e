import { v5 } from 'uuid';

/** Id of the delivery of an event to a destination: the same two always give the same id. */
export function deliveryId(eventId: string, destinationId: string): string {
  return v5(eventId, destinationId);
}
