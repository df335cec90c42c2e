import { eventTypeOf, type EventRecord } from '#events';
import type { Destination } from '#events';
import type { RoutingTable } from '#delivery';

/** An event that was dispatched a moment ago, and to whom. */
export interface DispatchedEvent {
  event: EventRecord;
  /** When Kafka took it, Unix ms. */
  acceptedAtMs: number;
  destinationIds: readonly string[];
}

const KEPT_MS = 2_000;
const MAX_KEPT = 2_000;

/**
 * The events of the last two seconds. A destination's change and an event travel on different topics: an event that
 * Kafka took after the change may be dispatched before the change is read, and is then dispatched to it late.
 */
export class RecentEvents {
  #events: DispatchedEvent[] = [];

  add(dispatched: DispatchedEvent): void {
    this.#events.push(dispatched);
    if (this.#events.length < 2 * MAX_KEPT) return;
    this.#events = this.#events.slice(-MAX_KEPT);
  }

  /** Events of types that a destination, as it is now, should have had, and which it did not get. @param nowMs Unix ms */
  missedBy(destination: Destination, routing: RoutingTable, nowMs: number): DispatchedEvent[] {
    this.#events = this.#events.filter(({ acceptedAtMs }) => acceptedAtMs > nowMs - KEPT_MS);
    const sinceMs = routing.sinceMs(destination.id);
    return this.#events.filter(
      ({ event, acceptedAtMs, destinationIds }) =>
        acceptedAtMs >= sinceMs &&
        event.value.projectId === destination.projectId &&
        !destinationIds.includes(destination.id) &&
        routing.takenBy(destination.id, eventTypeOf(event.name), acceptedAtMs) !== undefined,
    );
  }
}
