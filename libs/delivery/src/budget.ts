/** At most so many a second. */
export class Budget {
  readonly #perSecond: number;
  #second = 0;
  #spent = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Takes one, if this second has any left. */
  take(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1_000);
    if (second !== this.#second) this.#spent = 0;
    this.#second = second;
    if (this.#spent >= this.#perSecond) return false;
    this.#spent += 1;
    return true;
  }
}
