import { Controller, Inject, type OnModuleDestroy } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { Erasures, RoutingTable, visitorOfData } from '#delivery';
import {
  Codec,
  eventTypeOf,
  readEvent,
  type Delivery,
  type Destination,
  type DestinationKind,
  type EventRecord,
} from '#events';
import { Producer, type Batch, type Message } from '#kafka';
import { Runtime } from '#service';
import { DestinationFilters } from './destination-filters.ts';
import { TRANSFORMATION_FAILED, Transformer } from '#transformations';
import { RecentEvents } from './recent-events.ts';
import { toDeliveries, withoutSubject } from './to-deliveries.ts';

/** Matches each event against the routing table in memory and writes its deliveries. */
@Controller()
export class DispatcherController implements OnModuleDestroy {
  private readonly recent = new RecentEvents();
  private readonly transformer = new Transformer();
  private readonly filters = new DestinationFilters((failure) => this.noteFailure(failure));

  @Inject(Erasures) private readonly erasures!: Erasures;

  constructor(
    private readonly runtime: Runtime,
    private readonly codec: Codec,
    private readonly producer: Producer,
    private readonly routing: RoutingTable,
  ) {
    routing.onChange((_, destination) => {
      if (destination !== undefined) this.dispatchLate(destination);
    });
  }

  @EventPattern('hub.events')
  async dispatchAll(batch: Batch<EventRecord>): Promise<void> {
    for (const message of batch.messages) this.dispatch(message);
  }

  /** Does not wait: what one turn of the event loop dispatches travels to Kafka in one send. */
  private dispatch(message: Message<EventRecord>): void {
    const event = readEvent(message);
    if (event.kind === 'refused' || this.isForgotten(event, message.timestampMs)) return message.finish();
    const { projectId, id: eventId } = event.value;
    const ofType = this.routing.match(projectId, eventTypeOf(event.name), message.timestampMs);
    const destinations = this.filters.matching(event, ofType);
    const destinationIds = destinations.map(({ id }) => id);
    this.recent.add({ event, acceptedAtMs: message.timestampMs, destinationIds });
    this.runtime.metrics.eventsDispatched.inc();
    this.send(event, message.timestampMs, destinations).then(
      () => this.finish(message, eventId, destinations.length),
      // Only a closing producer gives up; the event stays uncommitted and is dispatched again after the restart.
      (error: unknown) => this.runtime.log.warn({ err: error, eventId }, 'event.not_dispatched'),
    );
  }

  /** What Kafka took after a change, and this process dispatched before it read of the change. */
  private dispatchLate(destination: Destination): void {
    for (const { event, acceptedAtMs } of this.recent.missedBy(destination, this.routing, Date.now())) {
      const ids = { eventId: event.value.id, destinationId: destination.id };
      const matching = this.filters.matching(event, [destination]);
      if (matching.length === 0 || this.isForgotten(event, acceptedAtMs)) continue;
      this.send(event, acceptedAtMs, matching).then(
        () => this.runtime.log.info(ids, 'event.dispatched_late'),
        (error: unknown) => this.runtime.log.warn({ err: error, ...ids }, 'event.not_dispatched'),
      );
    }
  }

  private async send(
    event: EventRecord,
    acceptedAtMs: number,
    matching: readonly Destination[],
  ): Promise<void> {
    const destinations = withoutSubject(event, matching);
    const deliveries = toDeliveries(event, acceptedAtMs, destinations);
    this.runtime.metrics.deliveriesDispatched.inc(deliveries.length);
    const visitorId = visitorOfData(event.value.data) ?? null;
    const sends = deliveries.map((delivery, index) => {
      const { kind, transformation } = destinations[index] as Destination;
      return transformation === null
        ? this.write(kind, delivery)
        : this.transform(kind, transformation, { ...delivery, visitorId });
    });
    await Promise.all(sends);
  }

  private write(kind: DestinationKind, delivery: Delivery): Promise<unknown> {
    return this.producer.send({
      topic: this.runtime.topics[kind].deliveries,
      key: delivery.destinationId,
      value: this.codec.encode('hub.pipeline.Delivery', delivery),
    });
  }

  /** A body that cannot be made ends the delivery in a state that people see, and from which it can be sent again. */
  private async transform(
    kind: DestinationKind,
    transformation: string,
    delivery: Delivery,
  ): Promise<unknown> {
    const result = await this.transformer.run(transformation, delivery.body);
    if (result.kind === 'transformed')
      return this.write(kind, { ...delivery, body: result.body, isTransformed: true });
    this.runtime.metrics.transformationFailures.inc();
    return this.write(kind, { ...delivery, problem: `${TRANSFORMATION_FAILED}: ${result.reason}` });
  }

  /** Nest calls this when the process stops. */
  onModuleDestroy(): Promise<void> {
    return this.transformer.close();
  }

  /** Once a version: the reason may quote the event, so the API tells it, to those who may see events. */
  private noteFailure({ destination, isFirst }: { destination: Destination; isFirst: boolean }): void {
    this.runtime.metrics.filterFailures.inc();
    const { id: destinationId, version } = destination;
    if (isFirst) this.runtime.log.warn({ destinationId, version }, 'filter.failed');
  }

  private isForgotten({ value }: EventRecord, acceptedAt: number): boolean {
    const owned = { tenantId: value.tenantId, projectId: value.projectId, acceptedAt };
    return this.erasures.hasOwner(owned) || this.erasures.hasVisitor(owned, () => visitorOfData(value.data));
  }

  private finish(message: Message<EventRecord>, eventId: string, deliveries: number): void {
    message.finish();
    this.runtime.log.debug(
      { eventId, deliveries, lagMs: Date.now() - message.timestampMs },
      'event.dispatched',
    );
  }
}
