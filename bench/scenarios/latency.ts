import { withHub, type Bench } from '../bench-context.ts';
import { measureRun, type Run } from './measure-run.ts';
import { costFigures, figure, problemsOf, type Result } from './result.ts';
import { prepare } from './throughput.ts';

const RATE = 200;
const SECONDS = 30;
const WARM_UP_SECONDS = 5;
const RUN_TIMEOUT_MS = 90_000;

/** From publishing to receipt at a steady 200 events a second, and what that costs. */
export async function measureLatency(bench: Bench, scenario: 'latency' | 'latency-sdk'): Promise<Result> {
  const generator = scenario === 'latency' ? 'load-http' : 'load-sdk';
  const runs = await withHub(bench, { scenario }, async (hub, start) => {
    const { load, secrets } = await prepare(bench, hub, { webhooks: 1, generator }, start);
    const runOnce = (seconds: number) =>
      measureRun(
        { bench, hub, load, secrets, timeoutMs: RUN_TIMEOUT_MS },
        { rate: RATE, count: Math.round(seconds * RATE), concurrency: 1 },
      );
    await runOnce(WARM_UP_SECONDS);
    const all: Run[] = [];
    for (let i = 0; i < bench.options.runs; i++) all.push(await runOnce(bench.scaled(SECONDS, 5)));
    return all;
  });
  const latencies = (pick: (run: Run) => number) => runs.map(pick);
  return {
    scenario,
    figures: [
      figure(
        'median',
        'ms',
        latencies(({ receipts }) => receipts.latencyMs.p50),
        { most: 4 },
      ),
      figure(
        '99th percentile',
        'ms',
        latencies(({ receipts }) => receipts.latencyMs.p99),
        { most: 15 },
      ),
      figure(
        'longest',
        'ms',
        latencies(({ receipts }) => receipts.latencyMs.max),
      ),
      figure(
        'load behind schedule',
        'ms',
        latencies(({ published }) => published.lagMs),
      ),
      ...costFigures(runs, scenario === 'latency' ? { cpu: { most: 15 } } : {}),
    ],
    problems: problemsOf(runs),
    runs,
  };
}
