import type { Delivery } from '#events';
import type { Channel, ChannelTopics, OutgoingRecord } from '#kafka';

const SEND_DEADLINE_MS = 10_000;

/** Where deliveries are published to. */
export interface DeliveryTopic {
  /** Topics of a channel. */
  topicsOf(channel: Channel): Pick<ChannelTopics, 'deliveries' | 'replay'>;
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
    await this.#send(this.#to.topicsOf(channel).deliveries, delivery);
  }

  /** The same, where it leaves room to everything else. */
  async replay(channel: Channel, delivery: Delivery): Promise<void> {
    await this.#send(this.#to.topicsOf(channel).replay, delivery);
  }

  async #send(topic: string, delivery: Delivery): Promise<void> {
    const { encode, send } = this.#to;
    await send({ topic, key: delivery.destinationId, value: encode(delivery), deadlineMs: SEND_DEADLINE_MS });
  }
}
