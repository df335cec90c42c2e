import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLog } from '#log';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { applyRetention, createPartitionsAhead, dropPartitionsOlderThan } from './apply-retention.ts';
import { createDatabase } from './create-database.ts';
import { LATEST_MIGRATION } from './latest-migration.ts';
import { migrate } from './migrate.ts';
import { sql } from './sql.ts';

const log = createLog('test', { level: 'silent' });
const MIGRATIONS = 'libs/database/migrations';
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => test?.drop());

const unreachable = (port: number) =>
  createDatabase(
    {
      DATABASE_URL: `postgres://hub:hub@127.0.0.1:${port}/hub`,
      DATABASE_POOL_SIZE: 1,
      DATABASE_STATEMENT_TIMEOUT: 100,
    },
    log,
  );

async function addProject(): Promise<{ tenantId: string; projectId: string }> {
  const tenantId = randomUUID();
  const projectId = randomUUID();
  await test.database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
  await test.database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
  );
  return { tenantId, projectId };
}

describe('a database', () => {
  it('passes values apart from the text', async () => {
    const nasty = `'; drop table tenants; --`;
    expect(await test.database.row(sql`select ${nasty}::text as text, ${2}::int + ${3}::int as sum`)).toEqual(
      {
        text: nasty,
        sum: 5,
      },
    );
  });

  it('reads counts as numbers', async () => {
    expect(await test.database.row(sql`select count(*) as count from tenants where false`)).toEqual({
      count: 0,
    });
  });

  it('rolls back when the work throws, and passes the error on', async () => {
    const id = randomUUID();
    const work = test.database.transaction(async (transaction) => {
      await transaction.run(sql`insert into tenants (id, name) values (${id}, 'gone')`);
      throw new Error('second thoughts');
    });
    await expect(work).rejects.toThrow('second thoughts');
    expect(await test.database.rows(sql`select 1 from tenants where id = ${id}`)).toEqual([]);
  });

  it('tells a statement that will never work from trouble that passes', async () => {
    await expect(test.database.run(sql`select ${'x'}::uuid`)).rejects.toMatchObject({
      code: 'HUB_DATABASE_REFUSED',
      context: { sqlState: '22P02' },
    });
    const away = unreachable(1);
    await expect(away.run(sql`select 1`)).rejects.toMatchObject({ code: 'HUB_DATABASE_UNAVAILABLE' });
    await expect(away.transaction(async () => 1)).rejects.toMatchObject({ code: 'HUB_DATABASE_UNAVAILABLE' });
    expect(await away.isReady()).toBe(false);
    await away.close();
  });

  it('calls a statement that runs into its time limit unavailable', async () => {
    const slow = createDatabase(
      { DATABASE_URL: test.url, DATABASE_POOL_SIZE: 1, DATABASE_STATEMENT_TIMEOUT: 50 },
      log,
    );
    await expect(slow.run(sql`select pg_sleep(5)`)).rejects.toMatchObject({
      code: 'HUB_DATABASE_UNAVAILABLE',
    });
    expect(await slow.isReady()).toBe(true);
    await slow.close();
  });

  it('is not ready when the server accepts but never answers', async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const frozen = unreachable((mute.address() as AddressInfo).port);
    expect(await frozen.isReady()).toBe(false);
    mute.close();
  });

  it('survives the loss of its connections, in use and idle', async () => {
    const lost = createDatabase(
      { DATABASE_URL: test.url, DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT: 5_000 },
      log,
    );
    const work = lost.transaction(async (transaction) => {
      await transaction.run(sql`select pg_terminate_backend(pg_backend_pid())`);
    });
    await expect(work).rejects.toMatchObject({ code: 'HUB_DATABASE_UNAVAILABLE' });
    const idle = await lost.row<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await test.database.run(sql`select pg_terminate_backend(${idle?.pid})`);
    await expect.poll(() => lost.isReady()).toBe(true);
    await lost.close();
  });
});

describe('migrations', () => {
  it('end with the one that the code asks for', () => {
    expect(readdirSync(MIGRATIONS).toSorted().at(-1)).toBe(`${LATEST_MIGRATION}.sql`);
  });

  it('run once', async () => {
    expect(await migrate(test.url, MIGRATIONS)).toEqual([]);
    await expect(test.database.requireMigrated()).resolves.toBeUndefined();
  });

  it('refuse a database that is behind', async () => {
    const behind = await createTestDatabase(inject('databaseUrl'));
    await behind.database.run(sql`delete from pgmigrations where name = ${LATEST_MIGRATION}`);
    await expect(behind.database.requireMigrated()).rejects.toMatchObject({ code: 'HUB_DATABASE_BEHIND' });
    await behind.database.run(sql`drop table pgmigrations`);
    await expect(behind.database.requireMigrated()).rejects.toMatchObject({ code: 'HUB_DATABASE_BEHIND' });
    await behind.drop();
  });
});

describe('destinations', () => {
  it('announce every change in the same transaction, and their deletion as a tombstone', async () => {
    const { tenantId, projectId } = await addProject();
    const id = randomUUID();
    await test.database
      .run(sql`insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret)
      values (${id}, ${tenantId}, ${projectId}, 'webhook', 'Orders', 'https://example.com/', ${['*']}, ${Buffer.from('s')})`);
    await test.database.run(sql`update destinations set is_enabled = false where id = ${id}`);
    await test.database.run(sql`update destinations set is_enabled = false where id = ${id}`);
    await test.database.run(sql`delete from projects where id = ${projectId}`);
    const rows = await test.database.rows<{ topic_role: string; value: Record<string, unknown> | null }>(
      sql`select topic_role, value from outbox where key = ${id} order by id`,
    );
    expect(rows.map((row) => row.value && [row.value.is_enabled, row.value.version])).toEqual([
      [true, 1],
      [false, 2],
      null,
    ]);
    expect(rows[0]).toMatchObject({
      topic_role: 'destinations',
      value: { secret: '\\x73', event_types: ['*'] },
    });
  });
});

describe('day partitions', () => {
  const addEvent = (acceptedAt: Date) =>
    test.database.run(sql`insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
      values (${randomUUID()}, ${acceptedAt}, ${randomUUID()}, ${randomUUID()}, 'webhook.test', ${acceptedAt}, ${Buffer.from('{}')})`);
  const countIn = async (table: string) =>
    (
      await test.database.row<{ count: number }>({
        text: `select count(*) as count from ${table}`,
        values: [],
      })
    )?.count;

  it('take over what the default partition caught, and are dropped whole', async () => {
    const then = new Date('2020-03-10T12:00:00Z');
    await addEvent(then);
    expect(await countIn('events_default')).toBe(1);
    expect(await createPartitionsAhead(test.database, then)).toBe(18);
    expect(await createPartitionsAhead(test.database, then)).toBe(0);
    expect([await countIn('events_default'), await countIn('events_20200310')]).toEqual([0, 1]);
    await addEvent(then);
    expect(await countIn('events_20200310')).toBe(2);
    expect(await dropPartitionsOlderThan(test.database, 3, new Date('2020-03-14T00:30:00Z'))).toBe(4);
    expect(await countIn('events_20200311')).toBe(0);
  });

  it('go with old deliveries and ids when retention runs', async () => {
    const old = new Date('2019-01-01T00:00:00Z');
    await addEvent(old);
    await test.database
      .run(sql`insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, accepted_at)
      select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'webhook.test', 'success', ${old}
      from generate_series(1, 25000)`);
    await test.database.run(sql`insert into event_ids (project_id, id, body_hash, created_at)
      values (${randomUUID()}, ${randomUUID()}, ${Buffer.alloc(32)}, ${old})`);
    const removed = await applyRetention(test.database, 30, new Date());
    expect(removed).toMatchObject({ deliveries: 25_000, eventIds: 1 });
    const forgotten = await test.database.row<{ days: number }>(sql`
      select round(extract(epoch from now() - before) / 86400 - 0.5)::int as days from forgotten`);
    expect(forgotten).toEqual({ days: 30 });
    expect(await countIn('events_default')).toBe(0);
  });

  it('forgets sessions that are over, and no other', async () => {
    const { database } = test;
    const [userId, now] = [randomUUID(), new Date()];
    await database.run(
      sql`insert into users (id, name, email) values (${userId}, 'Mira', 'mira@example.com')`,
    );
    for (const [token, hours] of [
      ['over', -1],
      ['current', 1],
    ] as const) {
      const expiresAt = new Date(now.getTime() + hours * 3_600_000);
      await database.run(sql`insert into sessions (id, user_id, token, expires_at)
        values (${randomUUID()}, ${userId}, ${token}, ${expiresAt})`);
    }
    await applyRetention(database, 30, now);
    expect(await database.rows(sql`select token from sessions`)).toEqual([{ token: 'current' }]);
  });
});
