import { isMet, type Figure, type Result } from '../scenarios/result.ts';

const NAME_WIDTH = 42;

/** Prints the figures of a scenario, one a line, with the goal beside it. */
export function printResult({ scenario, figures, problems }: Result): void {
  console.log(`\n${scenario}`);
  for (const each of figures) console.log(lineOf(each));
  for (const problem of problems) console.log(`  PROBLEM: ${problem}`);
}

function lineOf(figure: Figure): string {
  const { name, unit, median, min, max } = figure;
  const spread = min === max ? '' : `(${show(min)} – ${show(max)})`;
  const verdict = { true: 'met', false: 'NOT MET', undefined: '' }[String(isMet(figure))] ?? '';
  const columns = [
    `  ${name}`.padEnd(NAME_WIDTH),
    show(median).padStart(9),
    unit.padEnd(6),
    spread.padEnd(20),
    goalText(figure).padEnd(12),
    verdict,
  ];
  return columns.join(' ').trimEnd();
}

/** The goal as text: `≥ 0.18`. */
export function goalText({ goal }: Pick<Figure, 'goal'>): string {
  if (goal === undefined) return '';
  return 'least' in goal ? `≥ ${goal.least}` : `≤ ${goal.most}`;
}

/** A number with three significant digits, and none after the point from 100 on. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  if (size === 0) return '0';
  return value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** Prints the rows that have a goal, as the table of `README.md`. */
export function printTable(results: readonly Result[]): void {
  console.log('\n| scenario | figure | median (min – max) | goal | |\n| --- | --- | --- | --- | --- |');
  for (const { scenario, figures, problems } of results)
    for (const each of figures.filter(({ goal }) => goal !== undefined)) {
      const { name, unit, median, min, max } = each;
      const verdict = problems.length > 0 ? 'broken' : isMet(each) ? 'met' : 'not met';
      const value = `${show(median)} ${unit} (${show(min)} – ${show(max)})`.replace('  ', ' ');
      console.log(`| ${scenario} | ${name} | ${value} | ${goalText(each)} | ${verdict} |`);
    }
}
