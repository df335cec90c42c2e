/** Something to do at a step that publishes one event; `undefined` when there is nothing to publish after all. */
export type Act = (step: number) => Promise<unknown> | undefined;

/** What is to happen at which step. */
export class Agenda {
  #entries: { step: number; act: Act }[] = [];

  add(step: number, act: Act): void {
    const place = this.#entries.findLastIndex((entry) => entry.step <= step);
    this.#entries.splice(place + 1, 0, { step, act });
  }

  /** Takes the first act whose step has come. */
  takeDue(step: number): Act | undefined {
    const [first] = this.#entries;
    if (first === undefined || first.step > step) return undefined;
    this.#entries.shift();
    return first.act;
  }
}
