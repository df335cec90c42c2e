import { setTimeout as delay } from 'node:timers/promises';
import type { Bench } from '../bench-context.ts';
import type { Child } from '../child/start-child.ts';
import { countAttempts, type BenchHub } from '../hub/bench-hub.ts';
import { usageOf, type Usage } from '../measure/processes.ts';
import type { Load, Published } from '../publish-all.ts';
import type { Receipts } from '../receiver-books.ts';

/** One run of a scenario: what was published, what arrived, and what the machine spent on it. */
export interface Run {
  published: Published;
  receipts: Receipts;
  /** From the first publication to the last receipt. */
  seconds: number;
  /** From the last receipt until every attempt was in PostgreSQL. */
  recordedAfterSeconds: number;
  /** CPU seconds by process, until everything was recorded. */
  cpu: Record<string, number>;
  /** Memory by process, right after. */
  rssMb: Record<string, number>;
}

/** What a run needs. */
export interface RunParts {
  bench: Bench;
  hub: BenchHub;
  load: Child;
  /** Of each webhook that gets every event. */
  secrets: readonly string[];
  /** Longest until the last receipt. */
  timeoutMs: number;
}

/** Names in `Run.cpu` that are not the hub's. */
export const NOT_HUB = new Set(['load', 'receiver']);
/** Names that are no Node processes. */
export const NOT_NODE = new Set(['kafka', 'registry', 'postgres']);

const RECORDING_TIMEOUT_MS = 60_000;

/** Publishes a load and waits until all of it has arrived and is recorded. */
export async function measureRun(parts: RunParts, load: Omit<Load, 'run'>): Promise<Run> {
  const { bench, hub, secrets, timeoutMs } = parts;
  const run = bench.nextRun();
  await bench.receiver.call('expect', { run, count: load.count, secrets });
  const startedAt = new Date();
  const before = usageOf(rootsOf(parts));
  const published = await parts.load.call<Published>('publish', { ...load, run }, timeoutMs);
  await bench.receiver.call('done', { run, timeoutMs }, timeoutMs + 5_000);
  const receipts = await bench.receiver.call<Receipts>('report', { run, published: published.published });
  const waitedFrom = performance.now();
  await awaitRecorded(hub, startedAt, receipts.received);
  const recordedAfterSeconds = (performance.now() - waitedFrom) / 1_000;
  const after = usageOf(rootsOf(parts));
  const seconds = (receipts.lastUs - published.startUs) / 1e6;
  return { published, receipts, seconds, recordedAfterSeconds, ...spent(before, after) };
}

async function awaitRecorded(hub: BenchHub, since: Date, count: number): Promise<void> {
  const deadline = Date.now() + RECORDING_TIMEOUT_MS;
  while ((await countAttempts(hub.database, since)) < count) {
    if (Date.now() > deadline) throw new Error(`Not all of ${count} attempts were recorded in time`);
    await delay(250);
  }
}

function rootsOf({ bench, hub, load }: RunParts): Record<string, number[]> {
  const { kafka, registry, postgres } = bench.stack.pids;
  const known = (pid: number | undefined) => (pid === undefined ? [] : [pid]);
  return {
    ...Object.fromEntries(hub.processes.map(({ name, pid }) => [name, [pid]])),
    kafka,
    registry: known(registry),
    postgres: known(postgres),
    load: [load.pid],
    receiver: [bench.receiver.pid],
  };
}

function spent(before: Record<string, Usage>, after: Record<string, Usage>): Pick<Run, 'cpu' | 'rssMb'> {
  const names = Object.keys(after);
  const cpuOf = (name: string) => (after[name]?.cpuSeconds ?? 0) - (before[name]?.cpuSeconds ?? 0);
  return {
    cpu: Object.fromEntries(names.map((name) => [name, cpuOf(name)])),
    rssMb: Object.fromEntries(names.map((name) => [name, after[name]?.rssMb ?? Number.NaN])),
  };
}

/** CPU seconds of the hub, broker, registry and PostgreSQL for 10,000 deliveries; load and receiver are not the hub's. */
export function cpuPer10k({ cpu, receipts }: Run): number {
  const own = Object.entries(cpu).filter(([name]) => !NOT_HUB.has(name));
  return (own.reduce((sum, [, seconds]) => sum + seconds, 0) / receipts.received) * 10_000;
}

/** Memory of the largest Node process of the hub. */
export function largestNodeMb({ rssMb }: Run): number {
  const own = Object.entries(rssMb).filter(([name]) => !NOT_HUB.has(name) && !NOT_NODE.has(name));
  return Math.max(...own.map(([, mb]) => mb));
}
