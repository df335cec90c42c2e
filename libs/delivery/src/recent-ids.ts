/** The latest ids of a partition, to drop what was delivered before. Bounded: the oldest are forgotten first. */
export class RecentIds {
  readonly #ids = new Set<string>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > this.#max) this.#ids.delete(this.#ids.values().next().value as string);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}

/** What makes two messages the same attempt of the same delivery. */
export function attemptKey(deliveryId: string, attempt: number): string {
  return `${deliveryId}:${attempt}`;
}
