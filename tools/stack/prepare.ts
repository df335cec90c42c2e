import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './libraries.ts';
import { OTHER_WAY, StackError } from './stack-error.ts';

const STEP_TIMEOUT_MS = 180_000;
const BUILT = join(ROOT, 'dist/.built');

/** Compiles apps and libs to dist/ when one of their files is newer than the last build. */
export async function buildWhenStale(log: (line: string) => void): Promise<void> {
  const builtAt = existsSync(BUILT) ? statSync(BUILT).mtimeMs : 0;
  const startedAt = new Date();
  if (newestSource() < builtAt) return;
  log('building…');
  await runNode(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {});
  writeFileSync(BUILT, '');
  // A file saved while the compiler ran is newer than this.
  utimesSync(BUILT, startedAt, startedAt);
}

function newestSource(): number {
  const files = ['tsconfig.json', 'tsconfig.build.json', 'package.json'];
  for (const folder of ['apps', 'libs'])
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }))
      if (!name.includes('node_modules')) files.push(join(folder, name));
  return Math.max(...files.map((file) => statSync(join(ROOT, file)).mtimeMs));
}

/** Brings the database to the newest migration. */
export const migrate = (env: Record<string, string>) => runScript('tools/migrate.ts', env);

/** Registers the schemas of schemas/. */
export const registerSchemas = (env: Record<string, string>) => runScript('tools/register-schemas.ts', env);

/** Creates the topics that are missing. */
export const createTopics = (env: Record<string, string>) => runScript('tools/create-topics.ts', env);

function runScript(script: string, env: Record<string, string>): Promise<void> {
  return runNode(['--conditions=source', '--disable-warning=TimeoutNegativeWarning', script], env);
}

/** Runs Node to its end; its output is shown only when it fails. */
async function runNode(args: string[], env: Record<string, string>): Promise<void> {
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_TIMEOUT_MS,
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  console.error(output.trimEnd());
  throw new StackError(`${args.at(-1)} failed: see the lines above, ${OTHER_WAY}.`);
}
