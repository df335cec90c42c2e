import { withHub, type Bench } from '../bench-context.ts';
import { largestNodeMb, measureRun, type Run } from './measure-run.ts';
import { figure, problemsOf, rateOf, type Result } from './result.ts';
import { prepare } from './throughput.ts';

const DELIVERIES = 200_000;
const PARTS = 10;
const RUN_TIMEOUT_MS = 120_000;

/** Memory of the hub over 200,000 deliveries, read ten times on the way. */
export async function measureFlatness(bench: Bench): Promise<Result> {
  const runs = await withHub(bench, { scenario: 'flat' }, async (hub, start) => {
    const { load, secrets } = await prepare(bench, hub, { webhooks: 1, generator: 'load-sdk' }, start);
    const all: Run[] = [];
    for (let i = 0; i < PARTS; i++) {
      const count = Math.round(bench.scaled(DELIVERIES, 2_000) / PARTS);
      const parts = { bench, hub, load, secrets, timeoutMs: RUN_TIMEOUT_MS };
      all.push(await measureRun(parts, { count, concurrency: 1_000 }));
    }
    return all;
  });
  const largest = runs.map(largestNodeMb);
  const half = Math.floor(PARTS / 2);
  // The first part still fills caches and heaps; flat is what does not grow from the middle to the end.
  const growth = (largest.at(-1) ?? Number.NaN) - (largest[half] ?? Number.NaN);
  return {
    scenario: 'flat',
    figures: [
      figure('largest Node process', 'MB', largest, { most: 300 }),
      figure('growth in the second half', 'MB', [growth], { most: 20 }),
      figure('deliveries', '/s', runs.map(rateOf)),
    ],
    problems: problemsOf(runs),
    runs,
  };
}
