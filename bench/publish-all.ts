import { nowUs } from './measure/clock.ts';
import type { Mark } from './sample-event.ts';

/** What a load generator is to publish. */
export interface Load {
  run: number;
  count: number;
  /** Calls under way at once. */
  concurrency: number;
  /** Events a second; as fast as it goes without. */
  rate?: number;
  /** Events in one call. */
  batch?: number;
}

/** What it did. Times by `nowUs`. */
export interface Published {
  startUs: number;
  endUs: number;
  published: number;
  failed: number;
  /** How far behind its schedule a paced load was at most, in ms. */
  lagMs: number;
}

/** Sends events with these marks; throws when they were not accepted. */
export type Publish = (marks: Mark[]) => Promise<void>;

const FIRST_FAILURES_SHOWN = 3;

/** Runs one load; `isStopped` ends it early. */
export async function publishAll(
  load: Load,
  publish: Publish,
  isStopped: () => boolean = () => false,
): Promise<Published> {
  const progress = { startUs: nowUs(), next: 0, published: 0, failed: 0, lagMs: 0 };
  const take = (size: number): Mark[] => {
    const marks: Mark[] = [];
    while (marks.length < size && progress.next < load.count)
      marks.push({ run: load.run, number: progress.next++, atUs: 0 });
    return marks;
  };
  const send = async (marks: Mark[]) => {
    const atUs = nowUs();
    for (const mark of marks) mark.atUs = atUs;
    try {
      await publish(marks);
      progress.published += marks.length;
    } catch (error) {
      progress.failed += marks.length;
      if (progress.failed <= FIRST_FAILURES_SHOWN) console.error(error);
    }
  };
  const batch = load.batch ?? 1;
  if (load.rate === undefined) {
    const work = async () => {
      for (let marks = take(batch); marks.length > 0 && !isStopped(); marks = take(batch)) await send(marks);
    };
    await Promise.all(Array.from({ length: load.concurrency }, work));
  } else {
    progress.lagMs = await pace({ ...load, rate: load.rate }, () => send(take(1)), isStopped);
  }
  const { startUs, published, failed, lagMs } = progress;
  return { startUs, endUs: nowUs(), published, failed, lagMs };
}

/** Sends one at each moment of the schedule, however long the others take. Resolves with the greatest lag in ms. */
async function pace(
  { rate, count }: { rate: number; count: number },
  send: () => Promise<void>,
  isStopped: () => boolean,
): Promise<number> {
  const startedUs = nowUs();
  const underWay: Promise<void>[] = [];
  let lagUs = 0;
  await new Promise<void>((resolve) => {
    const tick = () => {
      for (;;) {
        const dueUs = startedUs + (underWay.length * 1e6) / rate;
        const now = nowUs();
        if (underWay.length === count || isStopped()) return resolve();
        if (dueUs > now) return void setTimeout(tick, Math.max(1, Math.floor((dueUs - now) / 1_000)));
        lagUs = Math.max(lagUs, now - dueUs);
        underWay.push(send());
      }
    };
    tick();
  });
  await Promise.all(underWay);
  return lagUs / 1_000;
}
