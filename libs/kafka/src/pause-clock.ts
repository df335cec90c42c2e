/** Timers that end pauses of partitions: one a partition, the latest wins. */
export class PauseClock {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  /** Calls `resume` at `atMs` (Unix ms), never before it. */
  at(key: string, atMs: number, resume: () => void): void {
    clearTimeout(this.#timers.get(key));
    const check = () => {
      const leftMs = atMs - Date.now();
      if (leftMs > 0) return void this.#timers.set(key, setTimeout(check, Math.min(leftMs, 60_000)));
      this.#timers.delete(key);
      resume();
    };
    check();
  }

  /** Whether a pause is under way. */
  has(key: string): boolean {
    return this.#timers.has(key);
  }

  /** Cancels every timer without resuming. */
  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
