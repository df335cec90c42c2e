import type { Erasures } from '#delivery';
import { describeError } from '#errors';
import type { Log } from '#log';
import { phasesOf } from './erasure-slices.store.ts';
import type { ErasureStore } from './erasure.store.ts';

/** What running erasures takes. */
export interface RunErasuresOptions {
  store: ErasureStore;
  /** A job waits until the stages know of it. */
  erasures: Pick<Erasures, 'has'>;
  /** And for so long after its request, until what was under way has ended. */
  settleMs: number;
  everyMs: number;
  now: () => Date;
}

/** Goes through the tables for each erasure, slice by slice; one that was interrupted goes on. @returns what ends it */
export function runErasures(options: RunErasuresOptions, log: Log): () => Promise<void> {
  let isStopped = false;
  let running: Promise<void> | undefined;
  const run = async () => {
    try {
      while (!isStopped && (await runSlice(options, log)));
    } catch (error) {
      log.warn({ reason: describeError(error) }, 'erasure.failed');
    }
  };
  const timer = setInterval(() => {
    running ??= run().finally(() => (running = undefined));
  }, options.everyMs);
  return async () => {
    isStopped = true;
    clearInterval(timer);
    await running;
  };
}

async function runSlice(options: RunErasuresOptions, log: Log): Promise<boolean> {
  const settledBefore = new Date(options.now().getTime() - options.settleMs);
  return options.store.step(settledBefore, async (transaction, job) => {
    if (!options.erasures.has(job.id)) return undefined;
    const phases = phasesOf(job);
    const slice = (await phases[job.phase]?.(transaction, job)) ?? { position: null, scanned: 0 };
    const isLast = job.phase >= phases.length - 1;
    if (isLast && slice.position === null) log.info({ erasureId: job.id, kind: job.kind }, 'erasure.done');
    return { slice, isLast };
  });
}
