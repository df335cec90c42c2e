import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvent, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { runStack } from '../harness/run-stack.ts';
import { digestOf } from '../../apps/warehouse-sink/src/subject.ts';
import { ask, rowsIn, warehouseEnv } from '../harness/warehouse.ts';

interface Panel {
  sink: {
    target: string;
    isRunning: boolean;
    isHealthy: boolean;
    behindSince: string | null;
    lastError: string | null;
  };
  rows: number;
  trend: { day: string; responses: number; averageScore: number }[];
}

const response = (data: Record<string, unknown> = {}) => sampleEvent('ces.response_created', data);

describe.each(['postgres', 'duckdb'] as const)('the warehouse in %s', (target) => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await startHub({ stack: runStack(), apps: ['ingest', 'admin-api'] });
    const types = 'ces.response_created,experiment.*';
    const sink = hub.addProcess('warehouse-sink', {
      ...warehouseEnv(hub, target),
      WAREHOUSE_EVENT_TYPES: types,
    });
    await sink.start();
  });
  afterAll(() => hub?.end());
  const rows = <Row extends object>(text: string) => rowsIn<Row>(hub, target, text);
  const panel = async () =>
    (await hub.call<Panel>('GET', `/v1/projects/${hub.project.projectId}/warehouse`)).body;

  it('gets a row for each answered survey, which the panel counts', async () => {
    const events = [response({ score: 2 }), response({ score: 6 }), response({ score: 7 })];
    await publishAll(hub, events);
    await publishAll(hub, events.slice(0, 1));
    await eventually(async () => expect(await rows('select * from ces')).toHaveLength(3));
    await eventually(async () =>
      expect(await panel()).toMatchObject({
        sink: { target, isRunning: true, isHealthy: true, behindSince: null, lastError: null },
        rows: 3,
      }),
    );
    expect((await panel()).trend).toEqual([]);
    const today = new Date().toISOString();
    await publishAll(hub, [
      response({ score: 3, submittedAt: today }),
      response({ score: 6, submittedAt: today }),
    ]);
    await eventually(async () =>
      expect((await panel()).trend).toEqual([{ day: today.slice(0, 10), responses: 2, averageScore: 4.5 }]),
    );
  });

  it('gives other selected types a table each, and leaves out the rest', async () => {
    await publishAll(hub, [
      ...sampleEvents(2, 'experiment.conversion'),
      ...sampleEvents(1, 'experiment.created'),
      ...sampleEvents(1, 'usage.limit_reached'),
      ...sampleEvents(1, 'feature_flag.created'),
    ]);
    await eventually(async () => expect(await rows('select * from experiment_conversion')).toHaveLength(2));
    await eventually(async () => expect(await rows('select * from experiment_created')).toHaveLength(1));
    expect(
      (await rows('select variant_key, weight from experiment_created_variants')).length,
    ).toBeGreaterThan(1);
    await expect(rows('select * from usage_limit_reached')).rejects.toThrow();
  });

  it('is written again from a time or an offset, without a second row of anything', async () => {
    const before = await rows('select count(*) as n from ces_responses');
    const requests = [
      await ask(hub, { kind: 'rewind', offset: 0 }),
      await ask(hub, { kind: 'rewind', sinceMs: Date.now() - 3_600_000 }),
    ];
    await eventually(async () => {
      const done = await hub.database.rows({
        text: 'select 1 from warehouse_requests where is_done and id = any($1::bigint[])',
        values: [requests],
      });
      expect(done).toHaveLength(2);
    });
    const last = response();
    await publishAll(hub, [last]);
    await eventually(async () =>
      expect(await rows(`select 1 as one from ces_responses where event_id = '${last.id}'`)).toHaveLength(1),
    );
    expect(await rows('select count(*) as n, count(distinct event_id) as ids from ces_responses')).toEqual([
      { n: (before[0] as { n: number }).n + 1, ids: (before[0] as { n: number }).n + 1 },
    ]);
  });

  it('forgets a visitor who is erased over the API', async () => {
    const anonymousId = randomUUID();
    await publishAll(hub, [response({ anonymousId })]);
    const theirs = () => rows(`select 1 as one from ces_responses where anonymous_id = '${anonymousId}'`);
    await eventually(async () => expect(await theirs()).toHaveLength(1));
    const { status } = await hub.call('POST', `/v1/projects/${hub.project.projectId}/erasures`, {
      anonymousId,
    });
    expect([201, 202]).toContain(status);
    await eventually(async () => expect(await theirs()).toHaveLength(0));
  });

  it('forgets a visitor, from files and tables, also when it is written again', async () => {
    const anonymousId = randomUUID();
    await publishAll(hub, [response({ anonymousId }), response({ anonymousId })]);
    const theirs = () => rows(`select 1 as one from ces_responses where anonymous_id = '${anonymousId}'`);
    await eventually(async () => expect(await theirs()).toHaveLength(2));
    await ask(hub, {
      kind: 'erase',
      projectId: hub.project.projectId,
      digest: digestOf(hub.project.projectId, anonymousId),
    });
    await eventually(async () => expect(await theirs()).toHaveLength(0));
    await ask(hub, { kind: 'rewind', offset: 0 });
    const last = response();
    await publishAll(hub, [last]);
    await eventually(async () =>
      expect(await rows(`select 1 as one from ces_responses where event_id = '${last.id}'`)).toHaveLength(1),
    );
    expect(await theirs()).toHaveLength(0);
  });
});
