/** When and how long to go on. Times are Unix ms; `sleep` ends early when `signal` is aborted. */
export interface Pace {
  /** Steps a second. */
  rate: number;
  /** Steps in all; without it there is no end. */
  count?: number;
  /** Without it there is no end. */
  seconds?: number;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  signal: AbortSignal;
}

const MAX_IN_FLIGHT = 1_000;
/** After a hitch at most this much is made up for, so that it does not end in a flood. */
const MAX_LATE_MS = 500;
const FIRST_BACK_OFF_MS = 500;
const LAST_BACK_OFF_MS = 30_000;

/**
 * Calls `step` at a steady rate, and waits for what it began. While steps fail it backs off, up to 30 s at a time; what
 * was missed meanwhile is not made up for. `onFailure` is told of each failure and of the pause that follows, once for
 * all steps that fail together.
 */
export async function runAtRate(
  pace: Pace,
  step: () => Promise<void>,
  onFailure: (error: unknown, backOffMs: number) => void,
): Promise<void> {
  const { rate, count = Infinity, seconds = Infinity, now, sleep, signal } = pace;
  const endsAt = now() + seconds * 1_000;
  const inFlight = new Set<Promise<void>>();
  let [dueAt, heldSince, heldUntil, failures] = [now(), -Infinity, -Infinity, 0];
  const launch = () => {
    const launchedAt = now();
    const done = step().then(
      () => void (failures = 0),
      (error: unknown) => {
        // Steps that were on their way when the first one failed fail with it: that is one failure.
        const isNew = launchedAt >= heldUntil && launchedAt > heldSince;
        if (isNew) [heldSince, failures] = [now(), failures + 1];
        const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), LAST_BACK_OFF_MS);
        heldUntil = now() + backOffMs;
        if (isNew) onFailure(error, backOffMs);
      },
    );
    inFlight.add(done);
    void done.then(() => inFlight.delete(done));
  };
  for (let launched = 0; launched < count && !signal.aborted;) {
    dueAt = Math.max(dueAt, heldUntil, now() - MAX_LATE_MS);
    if (Math.min(dueAt, endsAt) > now()) await sleep(Math.min(dueAt, endsAt) - now());
    else if (now() >= endsAt) break;
    else if (inFlight.size >= MAX_IN_FLIGHT) await Promise.race(inFlight);
    else {
      launch();
      launched += 1;
      dueAt += 1_000 / rate;
      // Lets the step take effect before the next one.
      await Promise.resolve();
    }
  }
  await Promise.all(inFlight);
}
