/** What of the resting partitions the next fetch leaves out, and what it asks for again. */
export interface Rest {
  pause: string[];
  resume: string[];
}

const NO_CHANGE: Rest = { pause: [], resume: [] };
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
  #resting: string[] = [];
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
    this.#resting = [];
  }

  /**
   * @param candidates keys of the partitions that may rest; asked only when some are about to
   * @param records what the last fetch brought
   */
  beforeFetch(candidates: () => readonly string[], records: number, nowMs: number): Rest {
    const isBusy = records > 0 && nowMs - this.#fetchedAtMs < BUSY_WITHIN_MS;
    this.#fetchedAtMs = nowMs;
    this.#busyFetches = isBusy ? this.#busyFetches + 1 : 0;
    const isLook = this.#busyFetches < BUSY_FETCHES || nowMs - this.#lookedAtMs >= LOOK_EVERY_MS;
    if (isLook) return this.#wake(nowMs);
    return this.#resting.length > 0 ? NO_CHANGE : this.#lieDown(candidates(), nowMs);
  }

  #wake(nowMs: number): Rest {
    this.#lookedAtMs = nowMs;
    const resume = this.#resting;
    this.#resting = [];
    return { pause: [], resume };
  }

  #lieDown(candidates: readonly string[], nowMs: number): Rest {
    const isAwake = (key: string) => nowMs - (this.#filledAtMs.get(key) ?? -Infinity) < AWAKE_MS;
    this.#resting = candidates.filter((key) => !isAwake(key));
    return { pause: this.#resting, resume: [] };
  }
}
