import { withHub, type Bench } from '../bench-context.ts';
import type { Child } from '../child/start-child.ts';
import type { BenchHub, Project } from '../hub/bench-hub.ts';
import type { Load } from '../publish-all.ts';
import type { ScenarioName } from '../scenario-names.ts';
import { measureRun, type Run } from './measure-run.ts';
import { costFigures, figure, problemsOf, rateOf, type Goal, type Result } from './result.ts';

/** A scenario that publishes as fast as it goes. */
export interface Plan {
  scenario: ScenarioName;
  events: number;
  webhooks: number;
  load: Pick<Load, 'concurrency' | 'batch'>;
  /** The load generator, and what it is told beside the project. */
  generator: 'load-http' | 'load-sdk';
  hasIds?: boolean;
  goals?: { share?: Goal; cpu?: Goal; memory?: Goal };
}

const CONNECTIONS = 16;
/** Publications that a service with a loop over its own work has under way. */
const SDK_CONCURRENCY = 1_000;
const MEMORY: Goal = { most: 300 };

/** The scenarios of the table. */
export const THROUGHPUT_PLANS: readonly Plan[] = [
  {
    scenario: 'http-single',
    events: 20_000,
    webhooks: 1,
    load: { concurrency: CONNECTIONS },
    generator: 'load-http',
    goals: { share: { least: 0.18 }, cpu: { most: 8 }, memory: MEMORY },
  },
  {
    scenario: 'http-ids',
    events: 20_000,
    webhooks: 1,
    load: { concurrency: CONNECTIONS },
    generator: 'load-http',
    hasIds: true,
  },
  {
    scenario: 'sdk',
    events: 20_000,
    webhooks: 1,
    load: { concurrency: SDK_CONCURRENCY },
    generator: 'load-sdk',
    goals: { share: { least: 0.4 }, cpu: { most: 4 }, memory: MEMORY },
  },
  {
    scenario: 'batch',
    events: 20_000,
    webhooks: 1,
    load: { concurrency: CONNECTIONS, batch: 100 },
    generator: 'load-http',
    goals: { share: { least: 0.4 } },
  },
  {
    scenario: 'fan-out',
    events: 4_000,
    webhooks: 5,
    load: { concurrency: CONNECTIONS },
    generator: 'load-http',
    goals: { share: { least: 0.45 } },
  },
];

const RUN_TIMEOUT_MS = 90_000;
const WARM_UP_SHARE = 0.2;

/** Publishes as fast as it goes and waits for the last receipt, several times on one hub. */
export async function measureThroughput(bench: Bench, plan: Plan, limit: number): Promise<Result> {
  const { scenario, goals } = plan;
  const runs = await withHub(bench, { scenario }, async (hub, start) => {
    const { load, secrets } = await prepare(bench, hub, plan, start);
    const runOnce = (count: number) =>
      measureRun({ bench, hub, load, secrets, timeoutMs: RUN_TIMEOUT_MS }, { ...plan.load, count });
    await runOnce(Math.round(bench.scaled(plan.events) * WARM_UP_SHARE));
    const all: Run[] = [];
    for (let i = 0; i < bench.options.runs; i++) all.push(await runOnce(bench.scaled(plan.events)));
    return all;
  });
  const rates = runs.map(rateOf);
  return {
    scenario,
    figures: [
      figure('deliveries', '/s', rates),
      figure(
        'share of the limit',
        '',
        rates.map((rate) => rate / limit),
        goals?.share,
      ),
      figure(
        'recorded after',
        's',
        runs.map(({ recordedAfterSeconds }) => recordedAfterSeconds),
      ),
      ...costFigures(runs, goals),
    ],
    problems: problemsOf(runs),
    runs,
  };
}

/** A project with its webhooks, and a load generator that publishes to it. */
export async function prepare(
  bench: Bench,
  hub: BenchHub,
  plan: Pick<Plan, 'webhooks' | 'generator' | 'hasIds'>,
  start: (name: string) => Promise<Child>,
): Promise<{ load: Child; secrets: string[]; project: Project }> {
  const project = await hub.addProject();
  const secrets: string[] = [];
  for (let webhook = 0; webhook < plan.webhooks; webhook++)
    secrets.push((await hub.addWebhook(project, `${bench.origin}/${webhook}`)).secret);
  const load = await start(plan.generator);
  await load.call('target', {
    origin: hub.ingestUrl,
    key: project.key,
    connections: CONNECTIONS,
    hasIds: plan.hasIds ?? false,
    projects: [project],
  });
  return { load, secrets, project };
}
