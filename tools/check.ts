/** `npm run check`: everything that needs no running stack, in under a minute. */
import { runSteps, STATIC_STEPS, type Step } from './run-steps.ts';

// Generated files are held fresh by unit tests.
const UNIT: Step = { name: 'unit tests', command: ['vitest', 'run', '--project', 'unit', '--reporter=dot'] };

const startedAt = performance.now();
const results = await runSteps([UNIT, ...STATIC_STEPS], 2);
const failed = results.filter(({ isPassed }) => !isPassed).map(({ name }) => name);
const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
console.log(
  failed.length === 0 ? `all passed in ${seconds} s` : `failed: ${failed.join(', ')} (${seconds} s)`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
