import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { endLeftovers } from '../../tools/stack/folder.ts';
import { ROOT } from '../../tools/stack/libraries.ts';
import { buildWhenStale, registerSchemas } from '../../tools/stack/prepare.ts';
import { startStack } from '../../tools/stack/start-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `host:port` of each broker. */
    brokers: string[];
    registryUrl: string;
    databaseUrl: string;
  }
}

interface TestStack {
  brokers: string[];
  registryUrl: string;
  databaseUrl: string;
  stop(): Promise<void>;
}

const RUNS = join(ROOT, '.hub/test');
// Each project of a run sets itself up in a module world of its own; the stack is one.
const shared = globalThis as { hubTestStack?: Promise<TestStack> };

/** Gives the tests of a project one real stack a run: a long-lived one (`npm run stack:test`) when it is up, else its own. */
export async function setup(project: TestProject): Promise<void> {
  shared.hubTestStack ??= findOrStart();
  const stack = await shared.hubTestStack;
  project.provide('brokers', stack.brokers);
  project.provide('registryUrl', stack.registryUrl);
  project.provide('databaseUrl', stack.databaseUrl);
}

/** Stops the stack when this run started it. */
export async function teardown(): Promise<void> {
  await (await shared.hubTestStack)?.stop();
}

async function findOrStart(): Promise<TestStack> {
  const [stack] = await Promise.all([
    findLongLived().then((found) => found ?? startOwn()),
    buildWhenStale(console.log),
  ]);
  await registerSchemas({ SCHEMA_REGISTRY_URL: stack.registryUrl });
  return stack;
}

async function findLongLived(): Promise<TestStack | null> {
  const note = process.env['HUB_TEST_STACK'] ?? join(ROOT, '.hub/test-stack.json');
  try {
    const found = JSON.parse(readFileSync(note, 'utf8')) as Omit<TestStack, 'stop'>;
    const [broker] = found.brokers;
    await reach(Number(broker?.split(':')[1]));
    await reach(Number(new URL(found.databaseUrl).port));
    return { ...found, stop: () => Promise.resolve() };
  } catch {
    return null;
  }
}

function reach(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 2_000 });
    socket.once('error', reject);
    socket.once('timeout', () => socket.destroy(new Error('timeout')));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

async function startOwn(): Promise<TestStack> {
  await removeOldRuns();
  const dataDir = join(RUNS, String(process.pid));
  const stack = await startStack({ dataDir, isDurable: false });
  return {
    ...stack,
    async stop() {
      await stack.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function removeOldRuns(): Promise<void> {
  for (const name of readdirOr(RUNS)) {
    const dataDir = join(RUNS, name);
    if (!(await endLeftovers(dataDir, console.log))) continue;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function readdirOr(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
