import type { Bench } from '../bench-context.ts';
import type { ScenarioName } from '../scenario-names.ts';
import { measureBacklog } from './backlog.ts';
import { measureFlatness } from './flat.ts';
import { measureDestinations, measureHistory, measureWorkers } from './growth.ts';
import { measureLatency } from './latency.ts';
import { measureLimit } from './limit.ts';
import { measureMessages } from './messages.ts';
import { measurePages } from './pages.ts';
import type { Result } from './result.ts';
import { measureSink } from './sink.ts';
import { measureThroughput, THROUGHPUT_PLANS } from './throughput.ts';

/** Longest that a scenario may take, with the start and end of its hub; beyond it the benchmark gives up on it. */
export const CAPS_MS: Record<ScenarioName, number> = {
  limit: 300_000,
  'http-single': 600_000,
  'http-ids': 600_000,
  sdk: 600_000,
  batch: 600_000,
  'fan-out': 600_000,
  latency: 900_000,
  'latency-sdk': 900_000,
  flat: 900_000,
  backlog: 720_000,
  'growth-workers': 1_200_000,
  'growth-destinations': 1_800_000,
  'growth-history': 1_800_000,
  sink: 1_800_000,
  pages: 900_000,
  messages: 900_000,
};

/** Whether a scenario's figures are shares of the limit. */
export function needsLimit(scenario: ScenarioName): boolean {
  return scenario === 'backlog' || THROUGHPUT_PLANS.some((plan) => plan.scenario === scenario);
}

/** Runs one scenario. @param limit requests a second */
export function runScenario(bench: Bench, scenario: ScenarioName, limit: number): Promise<Result> {
  switch (scenario) {
    case 'limit':
      return measureLimit(bench);
    case 'latency':
    case 'latency-sdk':
      return measureLatency(bench, scenario);
    case 'flat':
      return measureFlatness(bench);
    case 'backlog':
      return measureBacklog(bench, limit);
    case 'growth-workers':
      return measureWorkers(bench);
    case 'growth-destinations':
      return measureDestinations(bench);
    case 'growth-history':
      return measureHistory(bench);
    case 'sink':
      return measureSink(bench);
    case 'pages':
      return measurePages(bench);
    case 'messages':
      return measureMessages(bench);
    case 'http-single':
    case 'http-ids':
    case 'sdk':
    case 'batch':
    case 'fan-out':
      return measureThroughput(bench, planOf(scenario), limit);
  }
}

function planOf(scenario: ScenarioName) {
  const plan = THROUGHPUT_PLANS.find((each) => each.scenario === scenario);
  if (plan === undefined) throw new Error(`${scenario} has no plan`);
  return plan;
}
