/** What of the resting partitions the next fetch leaves out, and what it asks for again. */
export interface Rest {
  pause: string[];
  resume: string[];
}

/** How often a resting partition is fetched from while others are busy. */
const LOOK_EVERY_MS = 25;
/** How long a partition that had something stays awake. */
const AWAKE_MS = 2_000;
/**
 * After so many fetches that each brought something and followed one another this fast, the next one will hardly wait
 * long either; while one waits, nothing comes of what it left out.
 */
const BUSY_FETCHES = 50;
const BUSY_WITHIN_MS = 20;

/**
 * Decides which partitions a fetch leaves out, having had nothing lately. kafkajs names every partition in every
 * fetch, and client and broker pay for each: a busy topic beside four idle ones costs twice what it costs alone.
 */
export class RestingTopics {
  readonly #filledAtMs = new Map<string, number>();
  #resting = new Set<string>();
  #lookedAtMs = 0;
  #fetchedAtMs = 0;
  #busyFetches = 0;

  /** A partition had records. */
  filled(key: string, nowMs: number): void {
    this.#filledAtMs.set(key, nowMs);
  }

  /** Starts over after a rebalance, in which every pause ends. */
  clear(): void {
    this.#filledAtMs.clear();
    this.#resting.clear();
  }

  /**
   * @param candidates keys of the partitions that may rest
   * @param records what the last fetch brought
   */
  beforeFetch(candidates: readonly string[], records: number, nowMs: number): Rest {
    const isBusy = records > 0 && nowMs - this.#fetchedAtMs < BUSY_WITHIN_MS;
    this.#fetchedAtMs = nowMs;
    this.#busyFetches = isBusy ? this.#busyFetches + 1 : 0;
    const isLook = this.#busyFetches < BUSY_FETCHES || nowMs - this.#lookedAtMs >= LOOK_EVERY_MS;
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
