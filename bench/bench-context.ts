import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { endLeftovers } from '../tools/stack/folder.ts';
import { ROOT } from '../tools/stack/libraries.ts';
import { buildWhenStale, registerSchemas } from '../tools/stack/prepare.ts';
import { addressesOf } from '../tools/stack/settings.ts';
import { startStack, type Stack } from '../tools/stack/start-stack.ts';
import { startOwn, type Child } from './child/start-child.ts';
import { startHub, type BenchHub } from './hub/bench-hub.ts';
import { LAYOUTS } from './hub/layouts.ts';
import type { Options } from './read-options.ts';

/** What all scenarios share. */
export interface Bench {
  options: Options;
  stack: Stack;
  receiver: Child;
  /** Where the receiver listens. */
  origin: string;
  /** A number that no other run has. */
  nextRun(): number;
  /** A count of the table at the scale asked for. */
  scaled(count: number, least?: number): number;
  log(line: string): void;
}

/** Where the stack of the benchmark keeps its data, anew each time. */
const DATA_DIR = join(ROOT, '.hub/bench/stack');
/** Where profiles are left, by scenario. */
export const PROFILES_DIR = join(ROOT, '.hub/bench/profiles');

/** Starts stack and receiver. `stop` ends them. */
export async function startBench(
  options: Options,
  log: (line: string) => void,
): Promise<Bench & { stop(): Promise<void> }> {
  if (await endLeftovers(DATA_DIR, log)) rmSync(DATA_DIR, { recursive: true, force: true });
  const [stack] = await Promise.all([startStack({ dataDir: DATA_DIR, log }), buildWhenStale(log)]);
  try {
    await registerSchemas({ ...addressesOf(stack) });
    const receiver = await startOwn('receiver', DATA_DIR, { args: [options.receiver] });
    const port = await receiver.call<number>('port', null);
    let lastRun = 0;
    return {
      options,
      stack,
      receiver,
      origin: `http://127.0.0.1:${port}`,
      nextRun: () => ++lastRun,
      scaled: (count, least = 500) => Math.max(least, Math.round(count * options.scale)),
      log,
      stop: async () => {
        await receiver.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** How a scenario wants its hub. */
export interface HubWishes {
  scenario: string;
  layout?: readonly (readonly string[])[];
  env?: Readonly<Record<string, string>>;
}

/** Runs a scenario on a hub of its own, which is ended whatever happens; so are the children that `start` starts. */
export async function withHub<T>(
  bench: Bench,
  { scenario, layout, env = {} }: HubWishes,
  work: (hub: BenchHub, start: (name: string) => Promise<Child>) => Promise<T>,
): Promise<T> {
  const { options, stack } = bench;
  const profileDir = options.profile ? join(PROFILES_DIR, scenario) : undefined;
  if (profileDir !== undefined) rmSync(profileDir, { recursive: true, force: true });
  const hub = await startHub({
    stack,
    layout: layout ?? LAYOUTS[options.layout],
    env: { ...env, ...options.env },
    profileDir,
  });
  const loads: Child[] = [];
  const start = async (name: string) => {
    const load = await startOwn(name, stack.dataDir, { env: hub.env });
    loads.push(load);
    return load;
  };
  try {
    const failures = hub.processes.map(({ failed }) => failed);
    return await Promise.race([work(hub, start), ...failures]);
  } finally {
    await Promise.all(loads.map((load) => load.stop()));
    await hub.end();
  }
}
