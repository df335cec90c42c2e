import type { NewEvent, PublishableType, Publisher } from '#events';

/** Whose experiment, survey or usage it is. */
export interface Owner {
  tenantId: string;
  projectId: string;
}

/** What every product service works with: a way to publish, a clock and new ids. */
export class Sdk {
  readonly #publisher: Publisher;
  /** Unix ms. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;

  constructor(publisher: Publisher, now: () => number, newId: () => string) {
    this.#publisher = publisher;
    this.now = now;
    this.newId = newId;
  }

  /** Resolves once Kafka has the event. @throws HubError when it has not; the event is then never delivered */
  async publish<T extends PublishableType>(type: T, owner: Owner, data: NewEvent<T>['data']): Promise<void> {
    const { tenantId, projectId } = owner;
    await this.#publisher.publish(type, { tenantId, projectId, createdAt: this.now(), data });
  }
}
