/** When a consumer's fetches gather. */
export interface Gathering {
  /** Least time between the starts of two fetches, ms … */
  gatherMs: number;
  /** … where the first brought at least so many records, … */
  fromRecords: number;
  /** … and fewer than this, above which there is a backlog to work off. */
  enoughRecords?: number;
}

/**
 * Spaces the fetches of a consumer that has much to read: few large ones cost broker and client a fraction of many
 * small ones. A lone record is fetched at once.
 */
export class FetchPace {
  readonly #gathering: Gathering;
  #fetchedAtMs = 0;
  #records = 0;

  constructor(gathering: Gathering) {
    this.#gathering = gathering;
  }

  /** The fetch under way has brought records. */
  took(records: number): void {
    this.#records += records;
  }

  /** How long the next fetch waits, ms. @param nowMs monotonic */
  waitMs(nowMs: number): number {
    const { gatherMs, fromRecords, enoughRecords = Infinity } = this.#gathering;
    if (this.#records < fromRecords || this.#records >= enoughRecords) return 0;
    return Math.max(0, this.#fetchedAtMs + gatherMs - nowMs);
  }

  /** A fetch starts. @returns how many records the one before it brought */
  start(nowMs: number): number {
    const records = this.#records;
    this.#records = 0;
    this.#fetchedAtMs = nowMs;
    return records;
  }
}
