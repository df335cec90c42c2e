import { setTimeout as delay } from 'node:timers/promises';

/**
 * Tries `check` until it no longer throws and gives back what it returned; at the end of its time it throws what `check`
 * threw last. The one way in which tests wait.
 */
export async function eventually<T>(check: () => T | Promise<T>, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(20);
    }
  }
}

/** Watches for `durationMs` that `check` never throws: for what must not happen. */
export async function throughout(check: () => void | Promise<void>, durationMs: number): Promise<void> {
  const deadline = Date.now() + durationMs;
  while (Date.now() < deadline) {
    await check();
    await delay(20);
  }
}
