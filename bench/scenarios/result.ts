import { spreadOf, type Spread } from '../measure/statistics.ts';
import type { ScenarioName } from '../scenario-names.ts';
import { cpuPer10k, largestNodeMb, NOT_HUB, type Run } from './measure-run.ts';

/** What a figure should be. */
export type Goal = { least: number } | { most: number };

/** One figure of a scenario, over its runs. */
export interface Figure extends Spread {
  name: string;
  unit: string;
  goal?: Goal;
}

/** What came of a scenario. */
export interface Result {
  scenario: ScenarioName;
  figures: Figure[];
  /** What makes its figures worthless: lost or repeated deliveries, refused events, wrong signatures. */
  problems: string[];
  /** Everything that was measured. */
  runs: unknown[];
}

/** A figure of the values of all runs. */
export function figure(name: string, unit: string, values: readonly number[], goal?: Goal): Figure {
  return { name, unit, ...spreadOf(values), ...(goal === undefined ? {} : { goal }) };
}

/** Whether a figure's median meets its goal; undefined without one. */
export function isMet({ median, goal }: Pick<Figure, 'median' | 'goal'>): boolean | undefined {
  if (goal === undefined) return undefined;
  return 'least' in goal ? median >= goal.least : median <= goal.most;
}

/** Deliveries a second, from the first publication to the last receipt. */
export function rateOf({ receipts, seconds }: Run): number {
  return receipts.received / seconds;
}

/** CPU and memory of the runs. */
export function costFigures(runs: readonly Run[], goals: { cpu?: Goal; memory?: Goal } = {}): Figure[] {
  const names = Object.keys(runs[0]?.cpu ?? {});
  const perDelivery = (name: string) =>
    runs.map(({ cpu, receipts }) => ((cpu[name] ?? 0) / receipts.received) * 10_000);
  return [
    figure('CPU of everything', 's/10k', runs.map(cpuPer10k), goals.cpu),
    ...names.map((name) =>
      figure(`  ${name}${NOT_HUB.has(name) ? ' (not in the sum)' : ''}`, 's/10k', perDelivery(name)),
    ),
    figure('largest Node process', 'MB', runs.map(largestNodeMb), goals.memory),
  ];
}

/** What went wrong in the runs. */
export function problemsOf(runs: readonly Run[]): string[] {
  return runs.flatMap(({ receipts, published }, index) => {
    const { missing, duplicates, signatures } = receipts;
    const found = [
      [missing, 'deliveries missing'],
      [duplicates, 'deliveries repeated'],
      [signatures.wrong, 'wrong signatures'],
      [published.failed, 'events refused'],
    ] as const;
    return found
      .filter(([count]) => count !== 0)
      .map(([count, what]) => `run ${index + 1}: ${count} ${what}`);
  });
}
