import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '#database';
import { withHub, type Bench } from '../bench-context.ts';
import type { Child } from '../child/start-child.ts';
import type { BenchHub } from '../hub/bench-hub.ts';
import { usageOf, type Usage } from '../measure/processes.ts';
import { figure, type Result } from './result.ts';

const RESPONSES = 500_000;
const FILL_TIMEOUT_MS = 300_000;
const DRAIN_TIMEOUT_MS = 300_000;

/** One backlog that was caught up with. */
interface Drain {
  rows: number;
  missing: number;
  repeated: number;
  /** From the start of the sink's process until the last row was committed. */
  seconds: number;
  /** Between a tenth and nine tenths of the rows: what the start costs is not in it. */
  steadyRate: number;
  cpu: Record<string, number>;
  rssMb: number;
}

/** 500,000 answered surveys wait on the topic; then the sink starts and writes them into PostgreSQL. */
export async function measureSink(bench: Bench): Promise<Result> {
  const runs: Drain[] = [];
  for (let run = 0; run < bench.options.runs; run++) {
    const wishes = { scenario: 'sink', layout: [['admin-api']] };
    runs.push(await withHub(bench, wishes, (hub, start) => drainBacklog(bench, hub, start)));
  }
  const per10k = (name: string) => runs.map(({ cpu, rows }) => ((cpu[name] ?? 0) / rows) * 10_000);
  return {
    scenario: 'sink',
    figures: [
      figure(
        'rows',
        '/s',
        runs.map(({ steadyRate }) => steadyRate),
        { least: 20_000 },
      ),
      figure(
        'all written after',
        's',
        runs.map(({ seconds }) => seconds),
      ),
      figure('CPU: sink', 's/10k', per10k('sink')),
      figure('CPU: postgres', 's/10k', per10k('postgres')),
      figure('CPU: kafka', 's/10k', per10k('kafka')),
      figure(
        'memory of the sink',
        'MB',
        runs.map(({ rssMb }) => rssMb),
      ),
    ],
    problems: runs.flatMap(({ missing, repeated }, index) => [
      ...(missing === 0 ? [] : [`run ${index + 1}: ${missing} rows missing`]),
      ...(repeated === 0 ? [] : [`run ${index + 1}: ${repeated} rows too many`]),
    ]),
    runs,
  };
}

async function drainBacklog(
  bench: Bench,
  hub: BenchHub,
  start: (name: string) => Promise<Child>,
): Promise<Drain> {
  const count = bench.scaled(RESPONSES, 5_000);
  const load = await start('load-surveys');
  const { tenantId, projectId } = await hub.addProject();
  await load.call('fill', { count, tenantId, projectId }, FILL_TIMEOUT_MS);
  await load.stop();
  bench.log(`${count} responses wait`);
  const startedAt = performance.now();
  const sink = await hub.addProcess(['warehouse-sink'], {
    WAREHOUSE_TARGET: 'postgres',
    WAREHOUSE_URL: hub.env['DATABASE_URL'] ?? '',
    LOG_LEVEL: 'warn',
  });
  const { postgres, kafka } = bench.stack.pids;
  const roots = { sink: [sink.pid], kafka, postgres: postgres === undefined ? [] : [postgres] };
  const before = usageOf(roots);
  const steadyRate = await follow(hub.database, count);
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = usageOf(roots);
  return { ...(await countRows(hub.database, count)), seconds, steadyRate, ...spent(before, after) };
}

/** Waits for the last row. @returns rows a second between a tenth and nine tenths of them */
async function follow(database: Database, count: number): Promise<number> {
  const deadline = Date.now() + DRAIN_TIMEOUT_MS;
  const seen: { atMs: number; rows: number }[] = [];
  for (;;) {
    const rows = await written(database);
    seen.push({ atMs: performance.now(), rows });
    if (rows >= count) break;
    if (Date.now() > deadline) throw new Error(`${count - rows} responses were not written in time`);
    await delay(100);
  }
  const from = seen.find(({ rows }) => rows >= count * 0.1) ?? seen[0];
  const to = seen.findLast(({ rows }) => rows <= count * 0.9) ?? seen.at(-1);
  if (from === undefined || to === undefined || to.rows <= from.rows) return Number.NaN;
  return (to.rows - from.rows) / ((to.atMs - from.atMs) / 1_000);
}

async function written(database: Database): Promise<number> {
  const made = await database.row<{ isMade: boolean }>({
    text: `select to_regclass('warehouse.sink_offsets') is not null as "isMade"`,
    values: [],
  });
  if (made?.isMade !== true) return 0;
  const row = await database.row<{ rows: number | null }>({
    text: 'select sum(next_offset)::bigint as rows from warehouse.sink_offsets',
    values: [],
  });
  return row?.rows ?? 0;
}

async function countRows(
  database: Database,
  expected: number,
): Promise<Pick<Drain, 'rows' | 'missing' | 'repeated'>> {
  const row = await database.row<{ rows: number; ids: number }>({
    text: 'select count(*) as rows, count(distinct event_id) as ids from warehouse.ces_responses',
    values: [],
  });
  const { rows = 0, ids = 0 } = row ?? {};
  return { rows, missing: Math.max(0, expected - ids), repeated: Math.max(0, rows - expected) };
}

function spent(before: Record<string, Usage>, after: Record<string, Usage>): Pick<Drain, 'cpu' | 'rssMb'> {
  const names = Object.keys(after);
  const cpuOf = (name: string) => (after[name]?.cpuSeconds ?? 0) - (before[name]?.cpuSeconds ?? 0);
  return {
    cpu: Object.fromEntries(names.map((name) => [name, cpuOf(name)])),
    rssMb: after['sink']?.rssMb ?? Number.NaN,
  };
}
