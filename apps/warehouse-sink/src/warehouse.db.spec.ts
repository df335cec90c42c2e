import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createDatabase, sql } from '#database';
import type { WrittenEvent } from '#events';
import { createLog } from '#log';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { field, OWNER, responseShape, writtenResponse } from '../../../test/harness/written-response.ts';
import { DuckdbWarehouse } from './duckdb-warehouse.store.ts';
import { PostgresWarehouse } from './postgres-warehouse.store.ts';
import { digestOf, type Subject } from './subject.ts';
import { toTables } from './to-tables.ts';
import type { Step, Warehouse } from './warehouse.ts';

const log = createLog('test', { level: 'silent' });
const AT = Date.parse('2026-03-02T10:15:00.000Z');
const TOPIC = 'hub.events.survey';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => test?.drop());

/** A warehouse of a test's own, which can be opened again as after a restart. */
interface Place {
  open: () => Warehouse;
  /** Changes a table as an operator would, with the sink stopped. */
  mend: (text: string) => Promise<void>;
  clear: () => Promise<void>;
}

function postgresPlace(): Place {
  const schema = `w_${randomUUID().replaceAll('-', '')}`;
  const settings = { DATABASE_URL: test.url, DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT: 15_000 };
  return {
    open: () => new PostgresWarehouse(createDatabase(settings, log), schema),
    mend: async (text) =>
      void (await test.database.transaction(async (transaction) => {
        await transaction.run({ text: `set local search_path to ${schema}`, values: [] });
        await transaction.run({ text: 'drop view if exists ces cascade', values: [] });
        await transaction.run({ text, values: [] });
      })),
    clear: async () =>
      void (await test.database.run({ ...sql``, text: `drop schema if exists ${schema} cascade` })),
  };
}

function duckdbPlace(): Place & { folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'warehouse-'));
  const open = () => new DuckdbWarehouse(folder, { kind: 'folder', path: folder }, log);
  return {
    folder,
    open,
    mend: async (text) => {
      const warehouse = open();
      await warehouse.query(text);
      await warehouse.close();
    },
    clear: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

const load = (events: readonly WrittenEvent[], steps: readonly Step[] = []) => ({
  tables: toTables(
    events.map((written) => ({ written, acceptedAtMs: AT })),
    AT + 1_000,
  ),
  steps,
});
const step = (from: number, to: number, partition = 0): Step => ({ topic: TOPIC, partition, from, to });

describe.each([
  ['PostgreSQL', postgresPlace],
  ['DuckDB', duckdbPlace],
])('a warehouse in %s', (_name, createPlace) => {
  let place: Place;
  let warehouse: Warehouse;
  beforeEach(() => {
    place = createPlace();
    warehouse = place.open();
    return async () => {
      await warehouse.close();
      await place.clear();
    };
  });
  const reopen = async () => {
    await warehouse.close();
    warehouse = place.open();
  };
  const count = async (table = 'ces_responses') =>
    (await warehouse.query<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n;

  it('has a row a response with typed columns, and a row an assignment', async () => {
    const event = writtenResponse({ score: 2, comment: 'Slow \u0000 “page”, \'quoted\'\n{"a":1}' });
    expect(await warehouse.write(load([event], [step(0, 1)]))).toEqual({ kind: 'written', rows: 1 });
    const [row] = await warehouse.query(
      `select cast(event_id as varchar) as id, score, scale_max, comment, url,
        cast(submitted_at as varchar) as submitted, cast(accepted_at as varchar) as accepted,
        cast(ingested_at as varchar) as ingested, cast(raw_event as varchar) as raw from ces_responses`,
    );
    expect(row).toMatchObject({
      id: event.event.id,
      score: 2,
      scale_max: 7,
      comment: 'Slow \uFFFD “page”, \'quoted\'\n{"a":1}',
      url: 'https://shop.example.com/thanks?a=1',
      raw: event.body,
    });
    expect(row).toMatchObject({
      submitted: expect.stringMatching(/^2025-06-09 12:00:00/),
      accepted: expect.stringMatching(/^2026-03-02 10:15:00/),
      ingested: expect.stringMatching(/^2026-03-02 10:15:01/),
    });
    expect(
      await warehouse.query(
        `select cast(event_id as varchar) as id, "position", experiment_key, variant_key from ces_assignments`,
      ),
    ).toEqual([{ id: event.event.id, position: 0, experiment_key: 'checkout-button', variant_key: 'green' }]);
  });

  it('has one row an event, however often it comes', async () => {
    const [one, other] = [writtenResponse(), writtenResponse()];
    await warehouse.write(load([one, one], [step(0, 2)]));
    expect(await warehouse.write(load([one, other], [step(2, 4)]))).toEqual({ kind: 'written', rows: 1 });
    await reopen();
    expect(await warehouse.write(load([other, one], [step(4, 6)]))).toEqual({ kind: 'written', rows: 0 });
    expect([await count(), await count('ces_assignments')]).toEqual([2, 2]);
  });

  it('keeps events of two projects apart that have the same id', async () => {
    const id = randomUUID();
    const [projectId, otherId] = [randomUUID(), randomUUID()];
    const assigned = (...variants: string[]) => ({
      assignments: variants.map((variantKey, n) => ({ experimentKey: `e${n}`, variantKey })),
    });
    const one = writtenResponse(assigned('a'), { id, projectId });
    const other = writtenResponse(assigned('x', 'y'), { id, projectId: otherId });
    await warehouse.write(load([one], [step(0, 1)]));
    expect(await warehouse.write(load([other], [step(1, 2)]))).toEqual({ kind: 'written', rows: 1 });
    expect(await warehouse.write(load([other, one], [step(2, 4)]))).toEqual({ kind: 'written', rows: 0 });
    const variantsOf = async (project: string, view: string) =>
      (
        await warehouse.query<{ variant: string }>(
          `select variant_key as variant from ${view} where project_id = '${project}' order by 1`,
        )
      ).map(({ variant }) => variant);
    for (const view of ['ces_assignments', 'ces_by_variant'])
      expect([await variantsOf(projectId, view), await variantsOf(otherId, view)]).toEqual([
        ['a'],
        ['x', 'y'],
      ]);

    const [third, fourth] = [randomUUID(), randomUUID()].map((ownId) =>
      writtenResponse(assigned('z'), { id, projectId: ownId }),
    ) as [WrittenEvent, WrittenEvent];
    expect(await warehouse.write(load([third, fourth], [step(4, 6)]))).toEqual({ kind: 'written', rows: 2 });
    expect(await warehouse.erase({ kind: 'project', projectId: otherId }, new Date(AT))).toBe(1);
    expect([await variantsOf(projectId, 'ces_assignments'), await count('ces_assignments')]).toEqual([
      ['a'],
      3,
    ]);
    // A list's rows have an event of their own project or none.
    await warehouse.write(load([one, other], [step(6, 8)]));
    expect(await variantsOf(otherId, 'ces_assignments')).toEqual([]);
  });

  it('keeps where partitions stand with the rows, and refuses a step that does not follow', async () => {
    await warehouse.write(load([writtenResponse()], [step(0, 5), step(0, 7, 3)]));
    expect(await warehouse.write(load([writtenResponse()], [step(5, 6), step(6, 8, 3)]))).toEqual({
      kind: 'moved',
    });
    await reopen();
    expect(await warehouse.progress()).toEqual([
      { topic: TOPIC, partition: 0, offset: 5 },
      { topic: TOPIC, partition: 3, offset: 7 },
    ]);
    expect(await count()).toBe(1);
  });

  it('goes back when told to, and then only what is missing is written', async () => {
    const event = writtenResponse();
    await warehouse.write(load([event], [step(0, 9)]));
    await warehouse.rewind([{ topic: TOPIC, partition: 0, offset: 4 }]);
    expect(await warehouse.write(load([event], [step(9, 10)]))).toEqual({ kind: 'moved' });
    expect(await warehouse.write(load([event, writtenResponse()], [step(4, 10)]))).toEqual({
      kind: 'written',
      rows: 1,
    });
  });

  it('gets a column for a field that is new', async () => {
    await warehouse.write(load([writtenResponse()], [step(0, 1)]));
    const shape = responseShape(field('device', 'string', true), field('pageLoadMs', 'long', true));
    await warehouse.write(
      load([writtenResponse({ device: 'phone', pageLoadMs: 4e12 }, { shape })], [step(1, 2)]),
    );
    await warehouse.write(load([writtenResponse()], [step(2, 3)]));
    expect(
      await warehouse.query('select device, page_load_ms from ces_responses order by device nulls first'),
    ).toEqual([
      { device: null, page_load_ms: null },
      { device: null, page_load_ms: null },
      { device: 'phone', page_load_ms: 4e12 },
    ]);
  });

  it('refuses a change of type by name, writes nothing of it, and goes on once the column is mended', async () => {
    await warehouse.write(load([writtenResponse()], [step(0, 1)]));
    const changed = load(
      [writtenResponse({ score: 6.5 }, { shape: responseShape(field('score', 'double')) })],
      [step(1, 2)],
    );
    for (const _try of [1, 2])
      await expect(warehouse.write(changed)).rejects.toMatchObject({
        code: 'HUB_WAREHOUSE_MISMATCHED',
        message: expect.stringMatching(/ces_responses\.score is integer .* data\.score .* needs double/i),
      });
    expect(await warehouse.progress()).toMatchObject([{ offset: 1 }]);
    await warehouse.close();
    await place.mend('alter table ces_responses alter column score type double precision');
    warehouse = place.open();
    expect(await warehouse.write(changed)).toEqual({ kind: 'written', rows: 1 });
    // The older schema still fits the wider column.
    await warehouse.write(load([writtenResponse({ score: 1 })], [step(2, 3)]));
    expect(await warehouse.query('select score from ces_responses order by score')).toEqual([
      { score: 1 },
      { score: 6 },
      { score: 6.5 },
    ]);
  });

  it('forgets a visitor, also what of theirs comes late or again', async () => {
    const anonymousId = randomUUID();
    const theirs = writtenResponse({ anonymousId });
    const elsewhere = writtenResponse({ anonymousId }, { projectId: randomUUID() });
    await warehouse.write(load([theirs, elsewhere, writtenResponse()], [step(0, 3)]));
    const subject: Subject = {
      kind: 'visitor',
      projectId: OWNER.projectId,
      digest: digestOf(OWNER.projectId, anonymousId),
    };
    expect(await warehouse.erase(subject, new Date(AT + 5_000))).toBe(1);
    expect([await count(), await count('ces_assignments')]).toEqual([2, 2]);
    expect(await warehouse.erase(subject, new Date(AT + 5_000))).toBe(0);
    await reopen();
    await warehouse.write(load([theirs, writtenResponse({ anonymousId })], [step(3, 5)]));
    expect([await count(), await count('ces_assignments')]).toEqual([2, 2]);
    const later = toTables([{ written: writtenResponse({ anonymousId }), acceptedAtMs: AT + 6_000 }], AT);
    await warehouse.write({ tables: later, steps: [step(5, 6)] });
    expect(await count()).toBe(3);
  });

  it('forgets a project and a tenant', async () => {
    const [projectId, tenantId] = [randomUUID(), randomUUID()];
    const events = [writtenResponse({}, { projectId }), writtenResponse({}, { tenantId }), writtenResponse()];
    await warehouse.write(load(events, [step(0, 3)]));
    expect(await warehouse.erase({ kind: 'project', projectId }, new Date(AT))).toBe(1);
    expect(await warehouse.erase({ kind: 'tenant', tenantId }, new Date(AT))).toBe(1);
    expect(await count()).toBe(1);
  });
});

describe('the Parquet files', () => {
  it('are one an hour, whole and current after a restart, and follow an erasure', async () => {
    const place = duckdbPlace();
    let warehouse: Warehouse = place.open();
    const anonymousId = randomUUID();
    const at = (written: WrittenEvent, acceptedAtMs: number) => ({ written, acceptedAtMs });
    const events = [
      at(writtenResponse(), AT),
      at(writtenResponse(), AT + 60_000),
      at(writtenResponse({ anonymousId }), AT + 3_600_000),
      at(writtenResponse(), AT + 24 * 3_600_000),
    ];
    await warehouse.write({ tables: toTables(events, AT), steps: [step(0, 4)] });
    await warehouse.close();
    const files = () =>
      readdirSync(join(place.folder, 'ces_responses'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('parquet'))
        .toSorted();
    expect(files()).toEqual([
      'day=2026-03-02/10.parquet',
      'day=2026-03-02/11.parquet',
      'day=2026-03-03/10.parquet',
    ]);
    warehouse = place.open();
    const inFiles = async () =>
      warehouse.query<{ day: string; n: number }>(
        `select cast(day as varchar) as day, count(*) as n
          from read_parquet('${place.folder}/ces_responses/*/*.parquet', hive_partitioning = true) group by all order by all`,
      );
    expect(await inFiles()).toEqual([
      { day: '2026-03-02', n: 3 },
      { day: '2026-03-03', n: 1 },
    ]);
    await warehouse.erase(
      { kind: 'visitor', projectId: OWNER.projectId, digest: digestOf(OWNER.projectId, anonymousId) },
      new Date(AT * 2),
    );
    expect(await inFiles()).toMatchObject([{ n: 2 }, { n: 1 }]);
    await warehouse.close();
    await place.clear();
  });
});
