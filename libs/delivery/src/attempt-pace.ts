/** How much the latest attempt weighs in the average. */
const WEIGHT = 0.1;

/** How long a destination's attempts take: those that ended, and the one that is still under way. */
export class AttemptPace {
  readonly #now: () => number;
  readonly #underWay = new Set<{ atMs: number }>();
  #averageMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes that an attempt starts. @returns what notes its end */
  start(): () => void {
    const attempt = { atMs: this.#now() };
    this.#underWay.add(attempt);
    return () => {
      this.#underWay.delete(attempt);
      const tookMs = this.#now() - attempt.atMs;
      this.#averageMs = this.#averageMs === 0 ? tookMs : this.#averageMs * (1 - WEIGHT) + tookMs * WEIGHT;
    };
  }

  /** How many attempts end within a time, so many of them side by side. */
  endingWithin(ms: number, sideBySide: number): number {
    const [oldest] = this.#underWay;
    const expectedMs = Math.max(this.#averageMs, oldest === undefined ? 0 : this.#now() - oldest.atMs, 1);
    return Math.floor((ms / expectedMs) * sideBySide);
  }
}
