import type { Delivery } from '#events';
import type { Channel, OutgoingRecord } from '#kafka';

const SEND_DEADLINE_MS = 10_000;

/** Where deliveries are published to. */
export interface DeliveryTopic {
  /** Topic of a channel. */
  topicOf(channel: Channel): string;
  encode(delivery: Delivery): Buffer;
  send(record: OutgoingRecord): Promise<unknown>;
}

/** Puts deliveries on the topic that workers read. */
export class DeliveryPublisher {
  readonly #to: DeliveryTopic;

  constructor(to: DeliveryTopic) {
    this.#to = to;
  }

  /** @throws HubError HUB_KAFKA_UNAVAILABLE after 10 s without an acknowledgement */
  async publish(channel: Channel, delivery: Delivery): Promise<void> {
    const { topicOf, encode, send } = this.#to;
    const topic = topicOf(channel);
    await send({ topic, key: delivery.destinationId, value: encode(delivery), deadlineMs: SEND_DEADLINE_MS });
  }
}
