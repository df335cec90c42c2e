/** How a receiver answers a request. */
export interface Mood {
  status: number;
  delayMs: number;
}

const BURST_SHARE = 0.12;
const SLOW_SHARE = 0.05;
const LONGEST_BURST = 4;
const CALM_AFTER_BURST = 6;

/**
 * Answers as a tired system does: 200, at times slowly, and now and then 500 up to four times in a row, followed by at
 * least six good answers, so that it is never disabled for ten failures in a row.
 * @param random from 0 up to, not including, 1
 */
export function createFlakyMood(random: () => number = Math.random): () => Mood {
  let failuresLeft = 0;
  let calmLeft = CALM_AFTER_BURST;
  return () => {
    if (failuresLeft === 0 && calmLeft === 0 && random() < BURST_SHARE)
      failuresLeft = 1 + Math.floor(random() * LONGEST_BURST);
    if (failuresLeft > 0) {
      failuresLeft -= 1;
      calmLeft = CALM_AFTER_BURST;
      return { status: 500, delayMs: 0 };
    }
    calmLeft = Math.max(0, calmLeft - 1);
    const isSlow = random() < SLOW_SHARE;
    return { status: 200, delayMs: isSlow ? 800 + random() * 1_700 : 5 + random() * 30 };
  };
}
