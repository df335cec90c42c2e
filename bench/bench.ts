/** `npm run bench`: what the hub does on this machine; README.md says how to read it. */
import { runTool, type Tool } from '../tools/stack/run-tool.ts';
import { startBench, type Bench } from './bench-context.ts';
import { within } from './child/start-child.ts';
import { canMeasure } from './measure/processes.ts';
import { describeMachine } from './measure/machine.ts';
import { readOptions, type Options } from './read-options.ts';
import { saveBaseline } from './report/baseline.ts';
import { printProfiles } from './report/profile.ts';
import { printResult, printTable } from './report/print.ts';
import type { ScenarioName } from './scenario-names.ts';
import type { Result } from './scenarios/result.ts';
import { CAPS_MS, needsLimit, runScenario } from './scenarios/run-scenario.ts';

await runTool((tool) => main(readOptions(process.argv.slice(2)), tool));

async function main(options: Options, { log }: Tool): Promise<number> {
  const machine = describeMachine();
  const { cores, model, node, commit, loadBefore } = machine;
  log(`${cores} × ${model}, Node ${node}, ${commit}, load ${loadBefore}`);
  if (loadBefore > 0.5) log('The machine is not quiet: take these figures for a test of the benchmark.');
  if (!canMeasure) log('CPU and memory are read from /proc, which this system has not: they will show 0.');
  const bench = await startBench(options, log);
  const { results, failures } = await runAll(bench).finally(() => bench.stop());
  printTable(results);
  for (const failure of failures) log(`\nFAILED ${failure}`);
  const { runs, scale, layout, receiver, env } = options;
  const baseline = {
    takenAt: new Date().toISOString(),
    machine,
    options: { runs, scale, layout, receiver, env },
    results,
  };
  if (options.save) log(`\nsaved ${saveBaseline(baseline)}`);
  return failures.length === 0 ? 0 : 1;
}

async function runAll(bench: Bench): Promise<{ results: Result[]; failures: string[] }> {
  const chosen = new Set(bench.options.scenario);
  const order = chosen.values().some(needsLimit) ? new Set(['limit' as const, ...chosen]) : chosen;
  const [results, failures]: [Result[], string[]] = [[], []];
  for (const scenario of order) {
    const limit = results.find((result) => result.scenario === 'limit')?.figures[0]?.median ?? Number.NaN;
    const outcome = await runOne(bench, scenario, limit);
    if ('result' in outcome) results.push(outcome.result);
    else failures.push(`${scenario}: ${outcome.failure}`);
    // What it started still runs, and would be measured by the next.
    if ('isUnderWay' in outcome && outcome.isUnderWay) break;
  }
  return { results, failures };
}

type Outcome = { result: Result } | { failure: string; isUnderWay: boolean };

async function runOne(bench: Bench, scenario: ScenarioName, limit: number): Promise<Outcome> {
  let isUnderWay = true;
  try {
    const running = runScenario(bench, scenario, limit).finally(() => (isUnderWay = false));
    const result = await within(running, CAPS_MS[scenario], scenario);
    printResult(result);
    if (bench.options.profile) printProfiles(result);
    return { result };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error), isUnderWay };
  }
}
