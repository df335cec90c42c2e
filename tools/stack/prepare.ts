import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './libraries.ts';
import { OTHER_WAY, StackError } from './stack-error.ts';

const STEP_TIMEOUT_MS = 180_000;
const DASHBOARD = join('apps', 'dashboard');

/** A part of dist/ and what it is made of. */
interface Build {
  name: string;
  command: string[];
  /** Its time is that of the last build. */
  mark: string;
  isSource: (file: string) => boolean;
}

const BUILDS: readonly Build[] = [
  {
    name: 'building…',
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
    mark: join(ROOT, 'dist/.built'),
    isSource: (file) => !file.startsWith(DASHBOARD),
  },
  {
    name: 'building the dashboard…',
    command: ['node_modules/vite/bin/vite.js', 'build', DASHBOARD, '--logLevel=warn'],
    mark: join(ROOT, 'dist/.dashboard-built'),
    isSource: (file) => file.startsWith(DASHBOARD) || file === 'package.json',
  },
];

/** Compiles apps, libs and the dashboard to dist/, each when one of its files is newer than its last build. */
export async function buildWhenStale(log: (line: string) => void): Promise<void> {
  const files = sources();
  // One after the other: each takes all that a small machine has.
  for (const build of BUILDS) await buildOne(build, files.filter(build.isSource), log);
}

async function buildOne(
  { name, command, mark }: Build,
  files: readonly string[],
  log: (line: string) => void,
): Promise<void> {
  const builtAt = existsSync(mark) ? statSync(mark).mtimeMs : 0;
  const startedAt = new Date();
  if (Math.max(...files.map((file) => statSync(join(ROOT, file)).mtimeMs)) < builtAt) return;
  log(name);
  // Tests set it to `test`, of which React makes a build for developers.
  await runNode(command, { NODE_ENV: 'production' });
  writeFileSync(mark, '');
  // A file saved while the compiler ran is newer than this.
  utimesSync(mark, startedAt, startedAt);
}

function sources(): string[] {
  const files = ['tsconfig.json', 'tsconfig.build.json', 'package.json'];
  for (const folder of ['apps', 'libs'])
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }))
      if (!name.includes('node_modules')) files.push(join(folder, name));
  return files;
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
