import { eventTypeOf, type Destination, type EventRecord } from '#events';
import { Filter } from '#filters';

/** A filter without an answer: the event does not match. */
export interface FilterFailure {
  destination: Destination;
  /** Whether it is the first of this version of the destination. */
  isFirst: boolean;
}

/** The filters of destinations, each compiled once a version. */
export class DestinationFilters {
  readonly #filters = new WeakMap<Destination, Filter>();
  readonly #failed = new WeakSet<Destination>();
  readonly #onFailure: (failure: FilterFailure) => void;

  constructor(onFailure: (failure: FilterFailure) => void) {
    this.#onFailure = onFailure;
  }

  /** Of destinations that took the event's type, as they were then, those whose filter it matches. */
  matching(event: EventRecord, destinations: readonly Destination[]): readonly Destination[] {
    if (destinations.every(({ filter }) => filter === null)) return destinations;
    const seen = { type: eventTypeOf(event.name), ...event.value };
    return destinations.filter((destination) => {
      if (destination.filter === null) return true;
      const verdict = this.#filterOf(destination, destination.filter).judge(seen);
      if (verdict.kind === 'failed') this.#tell(destination);
      return verdict.kind === 'matched';
    });
  }

  #filterOf(destination: Destination, expression: string): Filter {
    let filter = this.#filters.get(destination);
    if (filter === undefined) this.#filters.set(destination, (filter = new Filter(expression)));
    return filter;
  }

  #tell(destination: Destination): void {
    const isFirst = !this.#failed.has(destination);
    this.#failed.add(destination);
    this.#onFailure({ destination, isFirst });
  }
}
