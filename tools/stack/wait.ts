import { setTimeout as sleep } from 'node:timers/promises';

/** Asks `isDone` until it says yes; false when `timeoutMs` have passed. */
export async function waitUntil(
  isDone: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 25,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isDone())) {
    if (performance.now() > deadline) return false;
    await sleep(everyMs);
  }
  return true;
}
