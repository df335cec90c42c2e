import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../tools/stack/libraries.ts';
import { registerSchemas } from '../../tools/stack/prepare.ts';
import { startStack, type Stack, type StackOptions } from '../../tools/stack/start-stack.ts';

/** An empty data folder, for a stack that a test may break. */
export function createDataDir(): { dataDir: string; remove(): void } {
  const dataDir = mkdtempSync(join(tmpdir(), 'hub-stack-'));
  return { dataDir, remove: () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A stack of the test's own, whose parts it may kill; the shared one must not be. `end` stops it and removes its data. */
export async function startOwnStack(
  options: Omit<StackOptions, 'dataDir'> = {},
): Promise<{ stack: Stack; end(): Promise<void> }> {
  const { dataDir, remove } = createDataDir();
  const stack = await startStack({ isDurable: false, ...options, dataDir });
  return { stack, end: () => stack.stop().finally(remove) };
}

/** `npm run stack` without npm, with what it has printed so far. */
export interface StackTool {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

/** Runs tools/stack.ts on a data folder. */
export function runStackTool(dataDir: string, env: NodeJS.ProcessEnv = {}): StackTool {
  const child = spawn(process.execPath, ['tools/stack.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...env, STACK_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => output, ended };
}

/** A stack of the test's own with everything that a hub needs in its registry. Durable: what a kill loses is the hub's. */
export async function startOwnHubStack(
  options: Pick<StackOptions, 'brokers'> = {},
): Promise<{ stack: Stack; end(): Promise<void> }> {
  const own = await startOwnStack({ isDurable: true, ...options });
  await registerSchemas({ SCHEMA_REGISTRY_URL: own.stack.registryUrl });
  return own;
}
