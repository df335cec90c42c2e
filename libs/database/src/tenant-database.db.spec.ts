import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { generateApiKey } from './api-key.ts';
import { sql, type Statement } from './sql.ts';
import { TenantDatabase, type Caller } from './tenant-database.ts';

let test: TestDatabase;
let tenants: TenantDatabase;
let mine: Owned;
let theirs: Owned;

interface Owned {
  caller: Caller;
  tenantId: string;
  projectId: string;
  webhookId: string;
  userId: string;
}

beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
  tenants = new TenantDatabase(test.database);
  [mine, theirs] = [await fill(), await fill()];
});
afterAll(() => test?.drop());

/** A tenant with one row in every table that tenants have. */
async function fill(): Promise<Owned> {
  const [tenantId, projectId, webhookId, userId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const { prefix, hash } = generateApiKey();
  const [at, none] = [new Date(), Buffer.alloc(0)];
  const statements: Statement[] = [
    sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`,
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
    sql`insert into api_keys (id, project_id, name, prefix, hash)
      values (${randomUUID()}, ${projectId}, 'ci', ${prefix}, ${hash})`,
    sql`insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret)
      values (${webhookId}, ${tenantId}, ${projectId}, 'webhook', 'W', 'https://a.example', '{*}', ${none})`,
    sql`insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
      values (${randomUUID()}, ${at}, ${tenantId}, ${projectId}, 'webhook.test', ${at}, ${none})`,
    sql`insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, accepted_at)
      values (${randomUUID()}, ${randomUUID()}, ${webhookId}, ${tenantId}, ${projectId}, 'webhook.test', 'success', ${at})`,
    sql`insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id,
        destination_id, duration_ms, url, outcome, request_headers, response_headers, response_body, delivery_status)
      values (${randomUUID()}, 1, ${at}, ${randomUUID()}, 'webhook.test', ${tenantId}, ${projectId}, ${webhookId}, 1,
        'https://a.example', 'delivered', '{}', '{}', ${none}, 'success')`,
    sql`insert into users (id, name, email) values (${userId}, 'Mira', ${`${userId}@example.com`})`,
    sql`insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, 'owner')`,
    sql`insert into invitations (id, tenant_id, email, role, token_hash, expires_at)
      values (${randomUUID()}, ${tenantId}, 'new@example.com', 'viewer', ${hash}, ${at})`,
    sql`insert into warehouse_projects (project_id, rows) values (${projectId}, 1)`,
    sql`insert into warehouse_days (project_id, day, responses, average_score) values (${projectId}, ${at}, 1, 5)`,
    sql`insert into traffic (tenant_id, project_id, destination_id, width_minutes, starts_at)
      values (${tenantId}, ${projectId}, ${webhookId}, 10, ${at})`,
    sql`insert into destination_health (destination_id, tenant_id, project_id, enabled_epoch, consecutive_failures,
        last_attempt_at)
      values (${webhookId}, ${tenantId}, ${projectId}, 1, 0, ${at})`,
    sql`insert into erasure_jobs (id, kind, tenant_id, project_id, subject)
      values (${randomUUID()}, 'visitor', ${tenantId}, ${projectId}, ${none})`,
    sql`insert into replays (id, tenant_id, project_id, destination_id, selection, mode, event_types, to_at, total)
      values (${randomUUID()}, ${tenantId}, ${projectId}, ${webhookId}, 'all', 'again', '{}', ${at}, 0)`,
    sql`insert into digests (destination_id, due_at, tenant_id, project_id, made_at)
      values (${webhookId}, ${at}, ${tenantId}, ${projectId}, ${at})`,
    sql`insert into inspectors (project_id, tenant_id, token) values (${projectId}, ${tenantId}, ${projectId})`,
    sql`insert into inspector_requests (tenant_id, project_id, headers, body, answer_status)
      values (${tenantId}, ${projectId}, '{}', ${none}, 200)`,
  ];
  for (const statement of statements) await test.database.run(statement);
  const caller: Caller = { tenantId, actor: { kind: 'person', id: userId, name: 'mira@example.com' } };
  return { caller, tenantId, projectId, webhookId, userId };
}

/** Tables of tenants; partitions are reached through their parents only. */
async function tenantTables(): Promise<{ name: string; hasWall: boolean }[]> {
  return test.database.rows(sql`
    select c.oid::regclass::text as name, c.relrowsecurity as "hasWall"
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'audit')
    where c.relkind in ('r', 'p') and not c.relispartition order by name`);
}

const select = (table: string): Statement => ({
  text: `select tenant_id as "tenantId" from ${table}`,
  values: [],
});

describe('a tenant database', () => {
  it('has a wall in every table that tells tenants apart', async () => {
    const tables = await tenantTables();
    expect(tables.length).toBeGreaterThan(8);
    expect(tables.filter(({ hasWall }) => !hasWall)).toEqual([]);
  });

  it('shows the rows of the caller and no other, without a condition in the statement', async () => {
    for (const { name } of await tenantTables()) {
      const rows = await tenants.runAs(mine.caller, () => tenants.rows<{ tenantId: string }>(select(name)));
      expect(new Set(rows.map(({ tenantId }) => tenantId)), name).toEqual(new Set([mine.tenantId]));
    }
    const names = await tenants.runAs(mine.caller, () => tenants.rows(sql`select id from tenants`));
    expect(names).toEqual([{ id: mine.tenantId }]);
  });

  it('shows nothing at all when nobody said whose rows', async () => {
    for (const { name } of await tenantTables()) expect(await tenants.rows(select(name)), name).toEqual([]);
  });

  it('changes and deletes nothing of another', async () => {
    const touched = await tenants.runAs(mine.caller, () =>
      tenants.transaction(async (transaction) => [
        await transaction.run(sql`update destinations set name = 'taken' where id = ${theirs.webhookId}`),
        await transaction.run(sql`delete from destinations where id = ${theirs.webhookId}`),
        await transaction.run(sql`update tenants set name = 'taken' where id = ${theirs.tenantId}`),
      ]),
    );
    expect(touched).toEqual([0, 0, 0]);
  });

  it.each([
    [
      'adds a row to another',
      () => sql`insert into projects (id, tenant_id, name)
      values (${randomUUID()}, ${theirs.tenantId}, 'Mine')`,
    ],
    ['gives a row away', () => sql`update projects set tenant_id = ${theirs.tenantId}`],
    [
      'makes a key for the project of another',
      () => sql`insert into api_keys (id, project_id, name, prefix, hash)
      values (${randomUUID()}, ${theirs.projectId}, 'ci', 'thk_', ${Buffer.from(randomUUID())})`,
    ],
    ['reads passwords', () => sql`select password from accounts`],
    ['reads sessions', () => sql`select token from sessions`],
    ['changes the audit log', () => sql`update audit.entries set action = 'nothing'`],
    ['empties the audit log', () => sql`delete from audit.entries`],
    ['reaches a partition past its parent', () => sql`select * from events_default`],
  ])('never %s', async (_, statement) => {
    await expect(tenants.runAs(mine.caller, () => tenants.run(statement()))).rejects.toMatchObject({
      code: 'HUB_DATABASE_REFUSED',
    });
  });

  it('knows of people only who are members too', async () => {
    const people = await tenants.runAs(mine.caller, () => tenants.rows(sql`select id from users`));
    expect(people).toEqual([{ id: mine.userId }]);
  });

  it('leaves nothing behind on a connection', async () => {
    await tenants.runAs(mine.caller, () => tenants.run(sql`select 1`));
    const rows = await test.database.rows<{ role: string; tenant: string | null }>(
      sql`select current_user::text as role, nullif(current_setting('hub.tenant_id', true), '') as tenant`,
    );
    expect(rows).toMatchObject([{ tenant: null }]);
    expect(rows[0]?.role).not.toBe('hub_tenant');
  });

  it('keeps callers at the same time apart', async () => {
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const { caller, tenantId } = i % 2 === 0 ? mine : theirs;
        return tenants.runAs(caller, async () => {
          const rows = await tenants.rows<{ id: string }>(sql`select id from tenants`);
          return rows.length === 1 && rows[0]?.id === tenantId;
        });
      }),
    );
    expect(seen).not.toContain(false);
  });
});

describe('the members of a tenant', () => {
  it('always have an owner among them', async () => {
    for (const statement of [
      sql`update members set role = 'admin' where user_id = ${mine.userId}`,
      sql`delete from members where user_id = ${mine.userId}`,
      sql`delete from users where id = ${mine.userId}`,
    ]) {
      await expect(test.database.run(statement)).rejects.toMatchObject({
        context: { constraint: 'members_keep_an_owner' },
      });
    }
  });

  it('keep one when two owners resign at the same time', async () => {
    const { tenantId, userId } = theirs;
    const other = randomUUID();
    await test.database.run(
      sql`insert into users (id, name, email) values (${other}, 'Ben', 'ben@example.com')`,
    );
    await test.database.run(
      sql`insert into members (tenant_id, user_id, role) values (${tenantId}, ${other}, 'owner')`,
    );
    const results = await Promise.allSettled(
      [userId, other].map((id) =>
        test.database.run(
          sql`update members set role = 'viewer' where tenant_id = ${tenantId} and user_id = ${id}`,
        ),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('go with their tenant', async () => {
    const { tenantId } = await fill();
    expect(await test.database.run(sql`delete from tenants where id = ${tenantId}`)).toBe(1);
  });
});
