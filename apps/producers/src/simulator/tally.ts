import type { NewEvent, PublishableType, Publisher } from '#events';

/** Passes events on and counts which of them Kafka took. */
export class Tally implements Publisher {
  readonly #publisher: Publisher;
  readonly #byType = new Map<PublishableType, number>();
  published = 0;
  failed = 0;

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  async publish<T extends PublishableType>(type: T, event: NewEvent<T>): Promise<{ id: string }> {
    try {
      const taken = await this.#publisher.publish(type, event);
      this.published += 1;
      this.#byType.set(type, (this.#byType.get(type) ?? 0) + 1);
      return taken;
    } catch (error) {
      this.failed += 1;
      throw error;
    }
  }

  /** One line for a person. */
  summary(elapsedMs: number): string {
    const seconds = elapsedMs / 1_000;
    const types = [...this.#byType]
      .toSorted(([, a], [, b]) => b - a)
      .map(([type, count]) => `${count} ${type}`);
    const failed = this.failed === 0 ? '' : `, ${this.failed} not taken by Kafka`;
    const rate = seconds > 0 ? ` (${(this.published / seconds).toFixed(2)}/s)` : '';
    return `published ${this.published} events in ${seconds.toFixed(1)} s${rate}${failed}: ${types.join(', ')}`;
  }
}
