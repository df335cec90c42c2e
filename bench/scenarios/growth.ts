import { setTimeout as delay } from 'node:timers/promises';
import { withHub, type Bench } from '../bench-context.ts';
import { addDestinations, addHistory, countUnpublished, SHARED_SECRET } from '../hub/fill.ts';
import { withWorkers } from '../hub/layouts.ts';
import type { ScenarioName } from '../scenario-names.ts';
import { measureRun, type Run, type RunParts } from './measure-run.ts';
import { cpuPer10k } from './measure-run.ts';
import { figure, problemsOf, rateOf, type Figure, type Result } from './result.ts';
import { prepare } from './throughput.ts';

const EVENTS = 20_000;
const LOAD = { concurrency: 1_000 };
const RUN_TIMEOUT_MS = 120_000;
const PUBLISHING_TIMEOUT_MS = 180_000;

/** Deliveries a second with 1, 2 and 3 processes of everything but HTTP. */
export async function measureWorkers(bench: Bench): Promise<Result> {
  const steps = [];
  for (const count of [1, 2, 3]) {
    const wishes = { scenario: `growth-workers-${count}`, layout: withWorkers(count) };
    const runs = await withHub(bench, wishes, async (hub, start) => {
      // A destination lives in one worker, so one alone would leave the others idle.
      const projects = await addDestinations(hub.database, 60, `${bench.origin}/0`);
      await awaitPublished(bench, hub.database);
      const load = await start('load-sdk');
      await load.call('target', { projects });
      return repeat({ bench, hub, load, secrets: [SHARED_SECRET], timeoutMs: RUN_TIMEOUT_MS });
    });
    steps.push({ name: `${count} workers`, runs });
  }
  return resultOf('growth-workers', steps);
}

/** Deliveries a second to 10, 1,000 and 50,000 destinations. */
export async function measureDestinations(bench: Bench): Promise<Result> {
  const steps = [];
  for (const count of [10, 1_000, bench.scaled(50_000, 2_000)]) {
    const runs = await withHub(bench, { scenario: `growth-destinations-${count}` }, async (hub, start) => {
      const projects = await addDestinations(hub.database, count, `${bench.origin}/0`);
      await awaitPublished(bench, hub.database);
      const load = await start('load-sdk');
      await load.call('target', { projects });
      return repeat({ bench, hub, load, secrets: [SHARED_SECRET], timeoutMs: RUN_TIMEOUT_MS });
    });
    steps.push({ name: `${count} destinations`, runs });
  }
  return resultOf('growth-destinations', steps);
}

/** Deliveries a second without history and with 1,000,000 deliveries of yesterday. */
export async function measureHistory(bench: Bench): Promise<Result> {
  const steps = [];
  for (const rows of [1, bench.scaled(1_000_000, 10_000)]) {
    const runs = await withHub(bench, { scenario: `growth-history-${rows}` }, async (hub, start) => {
      const { load, secrets, project } = await prepare(
        bench,
        hub,
        { webhooks: 1, generator: 'load-sdk' },
        start,
      );
      await addHistory(hub.database, project, { destinationId: crypto.randomUUID(), rows });
      return repeat({ bench, hub, load, secrets, timeoutMs: RUN_TIMEOUT_MS });
    });
    steps.push({ name: `${rows} rows`, runs });
  }
  return resultOf('growth-history', steps);
}

async function repeat(parts: RunParts): Promise<Run[]> {
  const count = parts.bench.scaled(EVENTS);
  await measureRun(parts, { ...LOAD, count: Math.round(count / 5) });
  const runs: Run[] = [];
  for (let i = 0; i < parts.bench.options.runs; i++) runs.push(await measureRun(parts, { ...LOAD, count }));
  return runs;
}

async function awaitPublished(bench: Bench, database: Parameters<typeof countUnpublished>[0]): Promise<void> {
  const startedAt = Date.now();
  while ((await countUnpublished(database)) > 0) {
    if (Date.now() - startedAt > PUBLISHING_TIMEOUT_MS)
      throw new Error('Not all destinations were published in time');
    await delay(200);
  }
  bench.log(`destinations published in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s`);
}

function resultOf(scenario: ScenarioName, steps: readonly { name: string; runs: Run[] }[]): Result {
  const figures = steps.flatMap(({ name, runs }): Figure[] => [
    figure(name, '/s', runs.map(rateOf)),
    figure(`${name}: CPU`, 's/10k', runs.map(cpuPer10k)),
  ]);
  return { scenario, figures, problems: steps.flatMap(({ runs }) => problemsOf(runs)), runs: [...steps] };
}
