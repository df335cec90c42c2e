import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** One program of the project's own, and what its output is called. */
export interface Step {
  name: string;
  /** A program of node_modules/.bin, or `node`, and its arguments. */
  command: readonly [string, ...string[]];
}

/** How a step ended. */
export interface StepResult {
  name: string;
  isPassed: boolean;
  seconds: number;
}

// Git keeps no empty folders.
const CODE = ['apps', 'libs', 'tools', 'test', 'bench', 'examples'].filter((folder) =>
  existsSync(join(ROOT, folder)),
);

/** What `npm run check` runs beside the unit tests; the slowest come first. */
export const STATIC_STEPS: readonly Step[] = [
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'dashboard', command: ['tsc', '--noEmit', '-p', 'apps/dashboard'] },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware'] },
  { name: 'unused', command: ['knip'] },
  { name: 'boundaries', command: ['depcruise', '--output-type=err', ...CODE] },
  { name: 'schemas', command: ['node', '--conditions=source', 'tools/check-schemas.ts'] },
];

// The programs' own first line asks for `node`: the one of node_modules must come before the system's.
const PATH = [join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);

/** Runs steps, `atOnce` of them side by side, and prints a line for each and the output of those that fail. */
export async function runSteps(steps: readonly Step[], atOnce: number): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift())
      results.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

async function runStep({ name, command: [program, ...args] }: Step): Promise<StepResult> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...process.env, PATH, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const isPassed = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      output.push(Buffer.from(`${program} could not be started: ${error.message}\n`));
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`${isPassed ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s`);
  if (!isPassed) console.log(Buffer.concat(output).toString().trimEnd());
  return { name, isPassed, seconds };
}
