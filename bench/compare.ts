/** `npm run bench:compare [old.json new.json]`: how two baselines differ, by ratio; the last two unless named. */
import { listBaselines, readBaseline, type Baseline } from './report/baseline.ts';
import { show } from './report/print.ts';

const NOISE = 0.1;

const [before, after] = chosen(process.argv.slice(2));
if (before === undefined || after === undefined) {
  console.error('There are not two baselines yet: take one with npm run bench -- --save.');
  process.exitCode = 1;
} else compare(before, readBaseline(before), after, readBaseline(after));

function chosen(names: readonly string[]): (string | undefined)[] {
  return names.length === 2 ? [...names] : listBaselines().slice(-2);
}

function compare(oldName: string, old: Baseline, newName: string, recent: Baseline): void {
  console.log(`${oldName} (${old.machine.commit}) → ${newName} (${recent.machine.commit})`);
  if (old.machine.model !== recent.machine.model || old.machine.cores !== recent.machine.cores)
    console.log('The machines differ: compare shares of the limit only.');
  for (const { scenario, figures } of recent.results) {
    const known = old.results.find((result) => result.scenario === scenario);
    if (known === undefined) continue;
    console.log(`\n${scenario}`);
    for (const { name, unit, median } of figures) {
      const was = known.figures.find((figure) => figure.name === name)?.median;
      if (was === undefined) continue;
      const ratio = median / was;
      const mark = Math.abs(ratio - 1) > NOISE ? '  *' : '';
      const values = `${show(was).padStart(9)} → ${show(median).padStart(9)} ${unit.padEnd(6)}`;
      console.log(`  ${name.padEnd(42)} ${values} × ${ratio.toFixed(2)}${mark}`);
    }
  }
  console.log('\n* differs by more than a tenth; less than that is noise.');
}
