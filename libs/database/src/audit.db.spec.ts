import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createLog } from '#log';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { nameActor } from './actor.ts';
import { generateApiKey } from './api-key.ts';
import { createDatabase } from './create-database.ts';
import { sql } from './sql.ts';
import { TenantDatabase } from './tenant-database.ts';

let test: TestDatabase;
const tenantId = randomUUID();
const projectId = randomUUID();
const webhookId = randomUUID();
const keyId = randomUUID();
const userId = randomUUID();
const SECRET = Buffer.from('the first secret');

beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
  const { database } = test;
  const { prefix, hash } = generateApiKey();
  await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
  await database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
  );
  await database.run(sql`insert into api_keys (id, project_id, name, prefix, hash)
    values (${keyId}, ${projectId}, 'ci', ${prefix}, ${hash})`);
  await database.run(sql`insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret)
    values (${webhookId}, ${tenantId}, ${projectId}, 'webhook', 'Tool', 'https://a.example', '{*}', ${SECRET})`);
  await database.run(sql`insert into users (id, name, email) values (${userId}, 'Mira', 'mira@example.com')`);
  await database.run(
    sql`insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, 'owner')`,
  );
});
afterAll(() => test?.drop());

interface Entry {
  action: string;
  actor: string;
  actorName: string | null;
  ipAddress: string | null;
  objectName: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

const entriesOf = (objectId: string) =>
  test.database.rows<Entry>(sql`
    select action, actor_kind as actor, actor_name as "actorName", ip_address as "ipAddress",
      object_name as "objectName", before, after
    from audit.entries where object_id = ${objectId} order by at, id`);
const latestOf = async (objectId: string) => (await entriesOf(objectId)).at(-1);

describe('the audit log', () => {
  it('tells what was created, by the hub where nobody else is named', async () => {
    expect(await entriesOf(webhookId)).toEqual([
      {
        action: 'webhook.created',
        actor: 'hub',
        actorName: null,
        ipAddress: null,
        objectName: 'Tool',
        before: null,
        after: {
          name: 'Tool',
          url: 'https://a.example',
          event_types: ['*'],
          is_enabled: true,
          config: {},
          secret: '[hidden]',
          headers: '[hidden]',
        },
      },
    ]);
  });

  it('tells who changed what, from where, and only what differs', async () => {
    const tenants = new TenantDatabase(test.database);
    const actor = { kind: 'person', id: userId, name: 'mira@example.com', ipAddress: '192.0.2.7' } as const;
    await tenants.runAs({ tenantId, actor }, () =>
      tenants.run(
        sql`update destinations set url = 'https://b.example', rate_limit = 5 where id = ${webhookId}`,
      ),
    );
    expect(await latestOf(webhookId)).toEqual({
      action: 'webhook.changed',
      actor: 'person',
      actorName: 'mira@example.com',
      ipAddress: '192.0.2.7',
      objectName: 'Tool',
      before: { url: 'https://a.example', rate_limit: null },
      after: { url: 'https://b.example', rate_limit: 5 },
    });
  });

  it('tells that a secret changed, never the secret', async () => {
    await test.database.run(sql`update destinations set next_secret = ${SECRET} where id = ${webhookId}`);
    expect(await latestOf(webhookId)).toMatchObject({
      before: { next_secret: null },
      after: { next_secret: '[hidden]' },
    });
    const everything = JSON.stringify(await test.database.rows(sql`select * from audit.entries`));
    expect(everything).not.toContain(SECRET.toString('hex'));
    expect(everything).not.toContain(SECRET.toString('base64'));
  });

  it('tells where a URL leads, and of its query, which may hold a key, only that it changed', async () => {
    const lead = (url: string) =>
      test.database.run(sql`update destinations set url = ${url} where id = ${webhookId}`);
    await lead('https://c.example/hook?key=1&x=?');
    await lead('https://c.example/hook?key=2');
    expect(await latestOf(webhookId)).toMatchObject({
      before: { url: 'https://c.example/hook?[hidden]' },
      after: { url: 'https://c.example/hook?[hidden]' },
    });
    expect(JSON.stringify(await entriesOf(webhookId))).not.toContain('key=');
  });

  it('says nothing of what nobody decides', async () => {
    const before = (await entriesOf(keyId)).length;
    await test.database.run(sql`update api_keys set last_used_at = now() where id = ${keyId}`);
    await test.database.run(
      sql`update destinations set enabled_epoch = enabled_epoch where id = ${webhookId}`,
    );
    expect(await entriesOf(keyId)).toHaveLength(before);
  });

  it('tells the revoking of a key', async () => {
    await test.database.run(sql`update api_keys set revoked_at = now() where id = ${keyId}`);
    expect(await latestOf(keyId)).toMatchObject({ action: 'api-key.changed', before: { revoked_at: null } });
  });

  it('keeps nothing of a change that was rolled back', async () => {
    const before = (await entriesOf(projectId)).length;
    const broken = test.database.transaction(async (transaction) => {
      await nameActor(transaction, { kind: 'operator' });
      await transaction.run(sql`update projects set name = 'Other' where id = ${projectId}`);
      throw new Error('changed my mind');
    });
    await expect(broken).rejects.toThrow('changed my mind');
    expect(await entriesOf(projectId)).toHaveLength(before);
  });

  it('names the operator for the command line', async () => {
    const operator = createDatabase(
      { DATABASE_URL: test.url, DATABASE_POOL_SIZE: 1, DATABASE_STATEMENT_TIMEOUT: 5_000 },
      createLog('test', { level: 'silent' }),
      { kind: 'operator' },
    );
    await operator.run(sql`update projects set name = 'Second shop' where id = ${projectId}`);
    await operator.close();
    expect(await latestOf(projectId)).toMatchObject({ actor: 'operator', after: { name: 'Second shop' } });
  });

  it('tells a sign-in and a new password in the tenants of the person', async () => {
    const { database } = test;
    await database.run(sql`insert into accounts (id, user_id, account_id, provider_id, password)
      values (${randomUUID()}, ${userId}, ${userId}, 'credential', 'digest 1')`);
    await database.run(sql`update accounts set password = 'digest 2' where user_id = ${userId}`);
    await database.run(sql`insert into sessions (id, user_id, token, expires_at, ip_address)
      values (${randomUUID()}, ${userId}, 'token', now(), '192.0.2.8')`);
    expect((await entriesOf(userId)).slice(-2)).toMatchObject([
      { action: 'person.password_changed', actor: 'person', actorName: 'mira@example.com', after: null },
      { action: 'person.signed_in', actor: 'person', ipAddress: '192.0.2.8', after: null },
    ]);
  });

  it('survives what it tells of', async () => {
    await test.database.run(sql`delete from tenants where id = ${tenantId}`);
    expect(await latestOf(webhookId)).toMatchObject({
      action: 'webhook.deleted',
      objectName: 'Tool',
      after: null,
    });
    expect(await latestOf(tenantId)).toMatchObject({ action: 'tenant.deleted', before: { name: 'Acme' } });
  });

  it('is never changed, not even by its owner', async () => {
    await expect(test.database.run(sql`update audit.entries set action = 'nothing'`)).rejects.toMatchObject({
      code: 'HUB_DATABASE_REFUSED',
    });
  });
});
