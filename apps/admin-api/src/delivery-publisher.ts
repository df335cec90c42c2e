import type { Delivery } from '#events';
import type { OutgoingRecord } from '#kafka';

const SEND_DEADLINE_MS = 10_000;

/** Where deliveries are published to. */
export interface DeliveryTopic {
  topic: string;
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
  async publish(delivery: Delivery): Promise<void> {
    const { topic, encode, send } = this.#to;
    await send({ topic, key: delivery.destinationId, value: encode(delivery), deadlineMs: SEND_DEADLINE_MS });
  }
}
