/** What of the resting partitions the next fetch leaves out, and what it asks for again. */
export interface Rest {
  pause: string[];
  resume: string[];
}

/** How often a resting partition is fetched from while others are busy. */
const LOOK_EVERY_MS = 250;
/** How long a partition that had something stays awake. */
const AWAKE_MS = 2_000;

/**
 * Decides which partitions of mostly empty topics a fetch leaves out. kafkajs names every partition in every fetch,
 * and broker and client pay for each: with six topics a busy one would cost as much as six.
 */
export class RestingTopics {
  readonly #filledAtMs = new Map<string, number>();
  #resting = new Set<string>();
  #lookedAtMs = 0;

  /** A partition had records. */
  filled(key: string, nowMs: number): void {
    this.#filledAtMs.set(key, nowMs);
  }

  /** Starts over after a rebalance, in which every pause ends. */
  clear(): void {
    this.#filledAtMs.clear();
    this.#resting.clear();
  }

  /** @param candidates keys of partitions that may rest; @param isBusy the last fetch brought something */
  beforeFetch(candidates: readonly string[], isBusy: boolean, nowMs: number): Rest {
    const isLook = !isBusy || nowMs - this.#lookedAtMs >= LOOK_EVERY_MS;
    if (isLook) this.#lookedAtMs = nowMs;
    const isAwake = (key: string) => nowMs - (this.#filledAtMs.get(key) ?? -Infinity) < AWAKE_MS;
    const resting = new Set(isLook ? [] : candidates.filter((key) => !isAwake(key)));
    const before = this.#resting;
    this.#resting = resting;
    return {
      pause: [...resting].filter((key) => !before.has(key)),
      resume: [...before].filter((key) => !resting.has(key)),
    };
  }
}
