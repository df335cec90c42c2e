import type { Bench } from '../bench-context.ts';
import { startOwn } from '../child/start-child.ts';
import { usageOf } from '../measure/processes.ts';
import type { Published } from '../publish-all.ts';
import type { Receipts } from '../receiver-books.ts';
import { figure, type Result } from './result.ts';

const EVENTS = 20_000;
const CONNECTIONS = 64;
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const RUN_TIMEOUT_MS = 30_000;

/** Requests a second of a bare loop that signs and posts: what the other scenarios are a share of. */
export async function measureLimit(bench: Bench): Promise<Result> {
  const load = await startOwn('load-limit', bench.stack.dataDir);
  try {
    await load.call('target', { origin: bench.origin, secret: SECRET, connections: CONNECTIONS });
    const runOnce = async (count: number) => {
      const run = bench.nextRun();
      await bench.receiver.call('expect', { run, count, secrets: [SECRET] });
      const roots = { load: [load.pid], receiver: [bench.receiver.pid] };
      const before = usageOf(roots);
      const published = await load.call<Published>(
        'publish',
        { run, count, concurrency: CONNECTIONS },
        RUN_TIMEOUT_MS,
      );
      const receipts = await bench.receiver.call<Receipts>('report', { run, published: count });
      const after = usageOf(roots);
      const cpuOf = (name: string) =>
        (((after[name]?.cpuSeconds ?? 0) - (before[name]?.cpuSeconds ?? 0)) / count) * 10_000;
      const cpu = { load: cpuOf('load'), receiver: cpuOf('receiver') };
      return {
        published,
        receipts,
        cpu,
        rate: receipts.received / ((receipts.lastUs - published.startUs) / 1e6),
      };
    };
    await runOnce(bench.scaled(5_000));
    const runs = [];
    // Below this a run is over before the compiler is done with it.
    for (let i = 0; i < bench.options.runs; i++) runs.push(await runOnce(bench.scaled(EVENTS, 10_000)));
    const rates = runs.map(({ rate }) => rate);
    const wrong = runs.reduce((sum, { receipts }) => sum + receipts.missing + receipts.signatures.wrong, 0);
    const problems = wrong === 0 ? [] : [`${wrong} requests lost or wrongly signed`];
    const figures = [
      figure('requests', '/s', rates),
      figure(
        'CPU of the loop',
        's/10k',
        runs.map(({ cpu }) => cpu.load),
      ),
      figure(
        'CPU of the receiver',
        's/10k',
        runs.map(({ cpu }) => cpu.receiver),
      ),
    ];
    return { scenario: 'limit', figures, problems, runs };
  } finally {
    await load.stop();
  }
}
