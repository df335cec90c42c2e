import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { RoutingTable } from '#delivery';
import { Codec, readEvent, type Delivery, type EventRecord } from '#events';
import { Producer, type Batch, type Message } from '#kafka';
import { Runtime } from '#service';
import { toDeliveries } from './to-deliveries.ts';

/** Matches each event against the routing table in memory and writes its deliveries. */
@Controller()
export class DispatcherController {
  constructor(
    private readonly runtime: Runtime,
    private readonly codec: Codec,
    private readonly producer: Producer,
    private readonly routing: RoutingTable,
  ) {}

  @EventPattern('hub.events')
  async dispatchAll(batch: Batch<EventRecord>): Promise<void> {
    for (const message of batch.messages) this.dispatch(message);
  }

  /** Does not wait: what one turn of the event loop dispatches travels to Kafka in one send. */
  private dispatch(message: Message<EventRecord>): void {
    const read = readEvent(message);
    if (read.kind === 'refused') return message.finish();
    const deliveries = toDeliveries(read, message.timestampMs, this.routing);
    const { eventsDispatched, deliveriesDispatched } = this.runtime.metrics;
    eventsDispatched.inc();
    deliveriesDispatched.inc(deliveries.length);
    if (deliveries.length === 0) return message.finish();
    const sends = deliveries.map((delivery) =>
      this.producer.send({
        topic: this.topicOf(delivery),
        key: delivery.destinationId,
        value: this.codec.encode('hub.pipeline.Delivery', delivery),
      }),
    );
    Promise.all(sends).then(
      () => this.finish(message, read.value.id, deliveries.length),
      // Only a closing producer gives up; the event stays uncommitted and is dispatched again after the restart.
      (error: unknown) =>
        this.runtime.log.warn({ err: error, eventId: read.value.id }, 'event.not_dispatched'),
    );
  }

  /** `toDeliveries` has just found the destination in the same table. */
  private topicOf({ destinationId }: Delivery): string {
    return this.runtime.topics[this.routing.get(destinationId)?.kind ?? 'webhook'].deliveries;
  }

  private finish(message: Message<EventRecord>, eventId: string, deliveries: number): void {
    message.finish();
    this.runtime.log.debug(
      { eventId, deliveries, lagMs: Date.now() - message.timestampMs },
      'event.dispatched',
    );
  }
}
