import { deliveryId } from '#delivery';
import { eventTypeOf, toBody, type Delivery, type Destination, type EventRecord } from '#events';

/**
 * The deliveries of one event, one a destination. The body is made here, once, and travels as bytes from now on. The
 * same event gives the same deliveries, so that repeating it after a crash is harmless.
 * @param acceptedAtMs when Kafka appended the event, Unix ms
 */
export function toDeliveries(
  { name, value }: EventRecord,
  acceptedAtMs: number,
  destinations: readonly Destination[],
): Delivery[] {
  if (destinations.length === 0) return [];
  const eventType = eventTypeOf(name);
  const body = toBody(name, value);
  return destinations.map((destination) => ({
    id: deliveryId(value.id, destination.id),
    eventId: value.id,
    eventType,
    tenantId: value.tenantId,
    projectId: value.projectId,
    destinationId: destination.id,
    acceptedAt: acceptedAtMs,
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
  }));
}

/** The destinations but the one that news speaks of: it would hardly arrive there, and must not add to its failures. */
export function withoutSubject(
  { value }: EventRecord,
  destinations: readonly Destination[],
): readonly Destination[] {
  if (!('destinationId' in value.data)) return destinations;
  const { destinationId } = value.data;
  return destinations.filter(({ id }) => id !== destinationId);
}
