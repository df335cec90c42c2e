/** At most so many in each window of time. */
export class Budget {
  readonly #perWindow: number;
  readonly #windowMs: number;
  #window = 0;
  #spent = 0;

  constructor(perWindow: number, windowMs = 1_000) {
    this.#perWindow = perWindow;
    this.#windowMs = windowMs;
  }

  /** Takes one, if this window has any left. */
  take(nowMs: number): boolean {
    const window = Math.floor(nowMs / this.#windowMs);
    if (window !== this.#window) this.#spent = 0;
    this.#window = window;
    if (this.#spent >= this.#perWindow) return false;
    this.#spent += 1;
    return true;
  }
}
