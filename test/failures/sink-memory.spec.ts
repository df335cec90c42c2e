import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { runStack } from '../harness/run-stack.ts';
import { rowsIn, warehouseEnv } from '../harness/warehouse.ts';

const EVENTS = 40_000;
const MAX_GROWTH_MB = 200;

describe.skipIf(process.platform !== 'linux')('a sink that reads a backlog as fast as it can', () => {
  let hub: TestHub;
  afterEach(() => hub?.end());

  it('takes no more memory than a process may grow by', async () => {
    hub = await startHub({ stack: runStack(), apps: ['ingest'] });
    const env = { ...warehouseEnv(hub, 'postgres'), LOG_LEVEL: 'warn' };
    const idle = hub.addProcess('warehouse-sink', env);
    await idle.start();
    const before = memoryOf(idle.pid, 'VmHWM');
    await idle.kill('SIGTERM');
    const comment = 'It took me a while to find the button. '.repeat(10);
    const make = () => sampleEvents(100, 'ces.response_created').map((event) => withComment(event, comment));
    for (let sent = 0; sent < EVENTS; sent += 400)
      await Promise.all([1, 2, 3, 4].map(() => publishAll(hub, make())));

    const sink = hub.addProcess('warehouse-sink', env);
    await sink.start();
    await eventually(async () => {
      const rows = await rowsIn(hub, 'postgres', 'select count(*)::int as n from ces_responses');
      expect(rows).toEqual([{ n: EVENTS }]);
    }, 90_000);
    const after = memoryOf(sink.pid, 'VmHWM');
    console.log(`the sink took ${before} MB idle, and ${after} MB at most`);
    expect(after - before).toBeLessThan(MAX_GROWTH_MB);
  }, 240_000);
});

const withComment = <E extends { data: object }>(event: E, comment: string) => ({
  ...event,
  data: { ...event.data, comment },
});

/** In MB, as Linux counts it. */
function memoryOf(pid: number, name: 'VmHWM'): number {
  const [, kilobytes = NaN] =
    new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}
