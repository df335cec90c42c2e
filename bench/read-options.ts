import { Command, InvalidArgumentError, Option } from 'commander';
import { LAYOUTS, type LayoutName } from './hub/layouts.ts';
import { DEFAULT_SCENARIOS, isScenario, SCENARIO_NAMES, type ScenarioName } from './scenario-names.ts';

/** What the benchmark is told on its command line. */
export interface Options {
  scenario: ScenarioName[];
  runs: number;
  /** Factor of all counts and times of the table. */
  scale: number;
  layout: LayoutName;
  /** How the receiver speaks HTTP: with node:http, as receivers do, or over bare sockets, which leaves most to the hub. */
  receiver: 'raw' | 'http';
  /** Settings of the hub other than its defaults. */
  env: Record<string, string>;
  profile: boolean;
  save: boolean;
}

const MAX_RUNS = 20;
const QUICK = { runs: 1, scale: 0.1 };

/** Reads `process.argv`; ends the process with a message when an option is missing or wrong. */
export function readOptions(argv: readonly string[]): Options {
  const { quick, ...options } = new Command('bench')
    .description('Measures the hub on a stack of its own, everything on this machine.')
    .option('--scenario <names>', `some of ${SCENARIO_NAMES.join(', ')}`, scenarios, [...DEFAULT_SCENARIOS])
    .option('--runs <n>', `runs of each scenario, up to ${MAX_RUNS}`, numberUpTo(MAX_RUNS), 3)
    .option('--scale <factor>', 'factor of all counts and times, up to 1', numberUpTo(1), 1)
    .option(
      '--quick',
      `as --runs ${QUICK.runs} --scale ${QUICK.scale}: shows that it works, measures nothing`,
    )
    .addOption(
      new Option('--layout <name>', 'which apps share a process')
        .choices(Object.keys(LAYOUTS))
        .default('split'),
    )
    .addOption(
      new Option('--receiver <kind>', 'node:http or bare sockets').choices(['http', 'raw']).default('http'),
    )
    .option('--env <NAME=VALUE>', 'a setting of the hub, may be repeated', setting, {})
    .option('--profile', 'take a CPU profile of each process of the hub', false)
    .option('--save', 'write the figures to bench/baselines/<date>.json', false)
    .parse(argv, { from: 'user' })
    .opts<Options & { quick?: boolean }>();
  return { ...options, ...(quick === true ? QUICK : {}), runs: Math.ceil(quick === true ? 1 : options.runs) };
}

function scenarios(text: string): ScenarioName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !isScenario(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(', ')}.`);
  return names.filter(isScenario);
}

function numberUpTo(max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value > 0 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number above 0, up to ${max}.`);
  };
}

function setting(text: string, before: Record<string, string>): Record<string, string> {
  const [name = '', ...value] = text.split('=');
  if (!/^[A-Z][A-Z0-9_]*$/.test(name) || value.length === 0)
    throw new InvalidArgumentError('It must be NAME=VALUE.');
  return { ...before, [name]: value.join('=') };
}
