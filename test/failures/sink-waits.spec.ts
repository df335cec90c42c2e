import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../tools/stack/ports.ts';
import { changedResponses } from '../harness/changed-schema.ts';
import { startCutProxy } from '../harness/cut-proxy.ts';
import { eventually, throughout } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { connectStranger } from '../harness/kafka.ts';
import { runStack } from '../harness/run-stack.ts';
import { mendWarehouse, rowsIn, sunk, warehouseEnv, type Target } from '../harness/warehouse.ts';

let hub: TestHub;
let metricsPort: number;
beforeEach(async () => {
  metricsPort = await freePort();
  hub = await startHub({ stack: runStack(), apps: ['ingest', 'admin-api'] });
});
afterEach(() => hub?.end());

const sinkOf = (target: Target, env: Record<string, string> = {}) =>
  hub.addProcess('warehouse-sink', {
    ...warehouseEnv(hub, target),
    METRICS_PORT: String(metricsPort),
    ...env,
  });
const readiness = async () => (await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).status;
const lastError = async () => {
  const { body } = await hub.call<{ sink: { lastError: string | null } | null }>(
    'GET',
    `/v1/projects/${hub.project.projectId}/warehouse`,
  );
  return body.sink?.lastError;
};
function expectLines(pattern: RegExp): void {
  const lines = [...hub.processes.values()].flatMap((process) => process.lines());
  expect(lines.join('\n')).toMatch(pattern);
}
const settings = () => ({
  SCHEMA_REGISTRY_URL: inject('registryUrl'),
  SCHEMA_REGISTRY_USERNAME: undefined,
  SCHEMA_REGISTRY_PASSWORD: undefined,
});

describe.each(['postgres', 'duckdb'] as const)('a publisher with another schema, before %s', (target) => {
  it('gets a column for its new field, and makes rows wait for a changed type until a person mends the column', async () => {
    const stranger = await connectStranger(inject('brokers'));
    const send = (...values: Buffer[]) =>
      stranger.producer.send({
        topic: hub.topics.events.survey,
        messages: values.map((value) => ({ key: 'survey', value })),
      });
    const rows = (text: string) => rowsIn<Record<string, unknown>>(hub, target, text);
    try {
      const sink = sinkOf(target);
      await sink.start();
      const newer = await changedResponses(settings(), (data) =>
        data.fields.push({ name: 'deviceType', type: ['null', 'string'], default: null }),
      );
      await publishAll(hub, sampleEvents(2, 'ces.response_created'));
      await send(newer({ deviceType: 'phone' }).value, newer({ deviceType: null }).value);
      await eventually(async () =>
        expect(
          await rows(
            'select device_type, count(*) as n from ces_responses group by 1 order by 1 nulls first',
          ),
        ).toEqual([
          { device_type: null, n: 3 },
          { device_type: 'phone', n: 1 },
        ]),
      );

      const changed = await changedResponses(settings(), (data) => {
        for (const field of data.fields) if (field.name === 'score') field.type = 'double';
      });
      await send(changed({ score: 6.5 }).value, newer({ deviceType: 'tablet' }).value);
      const refusal = /ces_responses\.score is integer .* data\.score of the event's schema needs double/i;
      await eventually(() => expectLines(refusal));
      await eventually(async () =>
        expect(await lastError()).toMatch(/^A column of the warehouse cannot hold what the schema/),
      );
      expect(await readiness()).toBe(503);
      await throughout(
        async () => expect(await rows('select count(*) as n from ces_responses')).toEqual([{ n: 4 }]),
        1_500,
      );
      await sink.kill('SIGTERM');
      expect(await sunk(hub, target)).toBe(4);

      await mendWarehouse(hub, target, 'alter table ces_responses alter column score type double precision');
      await sink.start();
      await eventually(async () =>
        expect(
          await rows(
            "select score, device_type from ces_responses where score = 6.5 or device_type = 'tablet' order by score",
          ),
        ).toEqual([
          { score: 6, device_type: 'tablet' },
          { score: 6.5, device_type: null },
        ]),
      );
      await eventually(async () => expect(await readiness()).toBe(200));
      expect(await rows('select count(*) as n from ces_responses')).toEqual([{ n: 6 }]);
    } finally {
      await stranger.end();
    }
  }, 120_000);
});

describe('a warehouse that is away', () => {
  it('gets every row once when it is back, and the sink says so meanwhile', async () => {
    const url = new URL(hub.env['DATABASE_URL'] ?? '');
    const proxy = await startCutProxy(Number(url.port));
    try {
      url.port = String(proxy.port);
      await sinkOf('postgres', { WAREHOUSE_URL: url.href }).start();
      await publishAll(hub, sampleEvents(500, 'ces.response_created'));
      const count = () => rowsIn(hub, 'postgres', 'select count(*) as n from ces_responses');
      await eventually(async () => expect(await count()).toEqual([{ n: 500 }]));
      proxy.cut();
      await publishAll(hub, sampleEvents(1_500, 'ces.response_created'));
      await eventually(async () => expect(await lastError()).toMatch(/^The warehouse did not answer/));
      expect(await readiness()).toBe(503);
      expect(await count()).toEqual([{ n: 500 }]);
      proxy.mend();
      await eventually(async () => expect(await count()).toEqual([{ n: 2_000 }]), 30_000);
      await eventually(async () => expect(await readiness()).toBe(200));
      await eventually(async () => expect(await lastError()).toBeNull());
    } finally {
      await proxy.close();
    }
  }, 120_000);

  it('makes a sink wait for it from the start', async () => {
    const url = new URL(hub.env['DATABASE_URL'] ?? '');
    const proxy = await startCutProxy(Number(url.port));
    try {
      proxy.cut();
      url.port = String(proxy.port);
      await sinkOf('postgres', { WAREHOUSE_URL: url.href }).start();
      await publishAll(hub, sampleEvents(10, 'ces.response_created'));
      await eventually(async () => expect(await readiness()).toBe(503));
      proxy.mend();
      const count = () => rowsIn(hub, 'postgres', 'select count(*) as n from ces_responses');
      await eventually(async () => expect(await count()).toEqual([{ n: 10 }]), 30_000);
    } finally {
      await proxy.close();
    }
  }, 120_000);
});

describe('a warehouse that cannot be written', () => {
  it('for want of a right names what could not be made, and goes on once it has the right', async () => {
    const role = `sink_${metricsPort}`;
    const run = (text: string) => hub.database.run({ text, values: [] });
    await run(`create role ${role} login password 'x'`);
    try {
      const url = new URL(hub.env['DATABASE_URL'] ?? '');
      [url.username, url.password] = [role, 'x'];
      await run('create schema warehouse');
      await run(`grant usage on schema warehouse to ${role}`);
      await sinkOf('postgres', { WAREHOUSE_URL: url.href }).start();
      await publishAll(hub, sampleEvents(3, 'ces.response_created'));
      await eventually(() =>
        expectLines(/schema warehouse and the books in it could not be made: .*permission denied/),
      );
      expect(await readiness()).toBe(503);
      await run(`alter schema warehouse owner to ${role}`);
      await eventually(
        async () =>
          expect(await rowsIn(hub, 'postgres', 'select count(*) as n from ces_responses')).toEqual([
            { n: 3 },
          ]),
        30_000,
      );
    } finally {
      await run('drop schema warehouse cascade');
      await run(`drop role ${role}`);
    }
  }, 120_000);

  it('because another sink has its file is left to that one', async () => {
    await sinkOf('duckdb').start();
    const second = sinkOf('duckdb', { METRICS_PORT: '0' });
    await expect(second.start()).rejects.toThrow(/another process has the file of the warehouse/);
    await publishAll(hub, sampleEvents(20, 'ces.response_created'));
    await eventually(async () =>
      expect(await rowsIn(hub, 'duckdb', 'select count(*) as n from ces_responses')).toEqual([{ n: 20 }]),
    );
  }, 120_000);
});
