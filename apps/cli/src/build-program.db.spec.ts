import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hashApiKey, sql } from '#database';
import { SCOPES } from '#service';
import { MasterKeys } from '#webhooks';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { buildProgram, KEY_SCOPES } from './build-program.ts';

const masterKeys = new MasterKeys(Buffer.alloc(32, 7));
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => test?.drop());

async function admin(...args: string[]): Promise<Record<string, string>> {
  const lines: string[] = [];
  const around = {
    database: () => test.database,
    masterKeys: () => masterKeys,
    decode: async () => undefined,
    print: (line: string) => lines.push(line),
    now: () => new Date(),
  };
  await buildProgram(around).parseAsync(['--json', ...args], { from: 'user' });
  return JSON.parse(lines.join('\n')) as Record<string, string>;
}

async function addProject(): Promise<{ tenantId: string; projectId: string }> {
  const tenant = await admin('tenant', 'create', 'Acme');
  const project = await admin('project', 'create', 'Shop', '--tenant', tenant.id ?? '');
  return { tenantId: tenant.id ?? '', projectId: project.id ?? '' };
}

describe('the admin command', () => {
  it('has nothing to rekey while there are no webhooks', async () => {
    expect(await admin('rekey')).toEqual({ rewrapped: 0, current: 0, unreadable: 0 });
  });

  it('makes a tenant, its project and a key, of which only the digest is kept', async () => {
    const { tenantId, projectId } = await addProject();
    expect(await admin('tenant', 'list')).toContainEqual(
      expect.objectContaining({ id: tenantId, name: 'Acme' }),
    );
    expect(await admin('project', 'list', '--tenant', tenantId)).toEqual([
      expect.objectContaining({ id: projectId, name: 'Shop' }),
    ]);
    const made = await admin('key', 'create', 'ci', '--project', projectId);
    expect(made.key).toMatch(/^thk_[A-Za-z0-9_-]{43}$/);
    const stored = await test.database.row<{ hash: Buffer; prefix: string }>(
      sql`select hash, prefix from api_keys where id = ${made.id}`,
    );
    expect(stored).toEqual({ hash: hashApiKey(made.key ?? ''), prefix: made.key?.slice(0, 12) });
    const listed = await admin('key', 'list', '--project', projectId);
    expect(listed).toEqual([expect.objectContaining({ id: made.id, name: 'ci', revokedAt: null })]);
    expect(JSON.stringify(listed)).not.toContain(made.key);
    await admin('key', 'revoke', made.id ?? '');
    expect(await admin('key', 'list', '--project', projectId)).toEqual([
      expect.objectContaining({ revokedAt: expect.any(String) }),
    ]);
  });

  it('counts, starts, pauses, continues and cancels replays of a destination', async () => {
    const { tenantId, projectId } = await addProject();
    const [webhookId, secret] = [randomUUID(), Buffer.alloc(1)];
    await test.database.run(sql`
      insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret)
      values (${webhookId}, ${tenantId}, ${projectId}, 'webhook', 'x', 'https://example.com/', '{*}', ${secret})`);
    await test.database.run(sql`
      insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, last_status, accepted_at)
      select gen_random_uuid(), gen_random_uuid(), ${webhookId}, ${tenantId}, ${projectId}, 'experiment.created', 'failed',
        503, now() - interval '1 day' from generate_series(1, 3)`);
    const start = (...args: string[]) =>
      admin('replay', 'start', webhookId, '--selection', 'failed', '--error', '503', ...args);
    expect(await start('--count')).toMatchObject({ count: 3 });
    const { id = '' } = await start();
    expect(await admin('replay', 'show', id)).toMatchObject({ status: 'running', total: 3, sent: 0 });
    expect(await admin('replay', 'pause', id)).toMatchObject({ status: 'paused', reason: 'by the operator' });
    expect(await admin('replay', 'continue', id)).toMatchObject({ status: 'running' });
    expect(await admin('replay', 'cancel', id)).toMatchObject({ status: 'cancelled' });
    await expect(admin('replay', 'pause', id)).rejects.toThrow(/no replay .* that is running/);
    expect(await admin('replay', 'list', '--destination', webhookId)).toMatchObject([{ id }]);
    await expect(start('--as-new', '--skip')).rejects.toThrow('--skip goes with --selection held');
    // Its secret is none.
    await test.database.run(sql`delete from destinations where id = ${webhookId}`);
  });

  it('explains why an event was delivered, or not, by what a webhook took then', async () => {
    const { tenantId, projectId } = await addProject();
    const [webhookId, eventId, secret] = [randomUUID(), randomUUID(), Buffer.alloc(1)];
    await test.database.run(sql`
      insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, filter, secret)
      values (${webhookId}, ${tenantId}, ${projectId}, 'webhook', 'x', 'https://example.com/', '{*}', 'data.score > 5',
        ${secret})`);
    await test.database.run(sql`
      insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
      values (${eventId}, (select updated_at from destinations where id = ${webhookId}), ${tenantId}, ${projectId}, 'ces.response_created', now(),
        ${Buffer.from('{"type":"ces.response_created","data":{"score":2}}')})`);
    await test.database.run(sql`select pg_sleep(0.01)`);
    await test.database.run(
      sql`update destinations set filter = null, secret = '\x02' where id = ${webhookId}`,
    );
    const explain = (...args: string[]) => admin('explain', eventId, '--project', projectId, ...args);
    expect(await explain('--destination', webhookId)).toMatchObject([
      { id: webhookId, answer: 'filter_false', clauses: 'data.score > 5: data.score is 2' },
    ]);
    await test.database.run(sql`update destinations set secret = '\x03' where id = ${webhookId}`);
    await test.database.run(sql`delete from destinations where id = ${webhookId}`);
    expect(
      await test.database.rows(sql`
        select version::int, filter, is_deleted as "isDeleted" from destination_versions
        where destination_id = ${webhookId} order by version`),
    ).toEqual([
      { version: 1, filter: 'data.score > 5', isDeleted: false },
      { version: 2, filter: null, isDeleted: false },
      { version: 4, filter: null, isDeleted: true },
    ]);
    expect(await explain()).toMatchObject([{ answer: 'filter_false' }]);
    await expect(admin('explain', randomUUID(), '--project', projectId)).rejects.toThrow('No such event');
    await test.database.run(sql`delete from projects where id = ${projectId}`);
    expect(
      await test.database.rows(sql`select 1 from destination_versions where destination_id = ${webhookId}`),
    ).toEqual([]);
  });

  it('makes a key with scopes, of those that there are', async () => {
    const { projectId } = await addProject();
    const scoped = ['--scope', 'events:write', 'webhooks:read'];
    const made = await admin('key', 'create', 'ci', '--project', projectId, ...scoped);
    expect(made.scopes).toEqual(['events:write', 'webhooks:read']);
    expect(await admin('key', 'list', '--project', projectId)).toMatchObject([{ scopes: made.scopes }]);
    const all = await admin('key', 'create', 'ci', '--project', projectId);
    expect(all.scopes).toEqual(['*']);
    expect(KEY_SCOPES.toSorted()).toEqual([...SCOPES].toSorted());
  });

  it('makes a person with a password that is shown once, and ends their sessions with another', async () => {
    const { tenantId } = await addProject();
    const put = (role: string) =>
      admin('person', 'put', 'Mira@Example.com', '--tenant', tenantId ?? '', '--role', role);
    const first = await put('owner');
    expect(first).toMatchObject({ email: 'mira@example.com', tenantId, role: 'owner' });
    await test.database.run(sql`
      insert into sessions (id, user_id, token, expires_at) select ${randomUUID()}, id, 'token', now() from users`);
    const second = await put('owner');
    expect(second['password']).not.toBe(first['password']);
    expect(await test.database.rows(sql`select 1 from sessions`)).toEqual([]);
    const stored = JSON.stringify(await test.database.rows(sql`select * from accounts`));
    for (const { password } of [first, second]) expect(stored).not.toContain(password);
    await expect(put('viewer')).rejects.toMatchObject({ context: { constraint: 'members_keep_an_owner' } });
    await expect(
      admin('person', 'put', 'a@example.com', '--tenant', randomUUID(), '--role', 'owner'),
    ).rejects.toThrow('no tenant');
  });

  it('leaves a person whose address was in doubt with the new password alone', async () => {
    const { tenantId } = await addProject();
    const put = () =>
      admin('person', 'put', 'doubted@example.com', '--tenant', tenantId ?? '', '--role', 'owner');
    const link = () =>
      test.database.run(sql`
        insert into accounts (id, user_id, account_id, provider_id)
        select gen_random_uuid(), id, 'somebody', 'single-sign-on' from users where email = 'doubted@example.com'`);
    const providers = async () => {
      const rows = await test.database.rows<{ provider: string }>(sql`
        select provider_id as provider from accounts a join users u on u.id = a.user_id
        where u.email = 'doubted@example.com' order by provider_id`);
      return rows.map(({ provider }) => provider);
    };
    await put();
    await link();
    await put();
    expect(await providers()).toEqual(['credential', 'single-sign-on']);
    await test.database.run(
      sql`update users set is_email_verified = false where email = 'doubted@example.com'`,
    );
    await test.database.run(sql`
      insert into verifications (id, identifier, value, expires_at)
      select gen_random_uuid(), 'a link', id::text, now() + interval '1 hour' from users where email = 'doubted@example.com'`);
    await put();
    expect(await providers()).toEqual(['credential']);
    expect(await test.database.rows(sql`select 1 from verifications where identifier = 'a link'`)).toEqual(
      [],
    );
  });

  it('disables and enables a webhook, and announces both', async () => {
    const { tenantId, projectId } = await addProject();
    const id = randomUUID();
    await test.database
      .run(sql`insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret)
      values (${id}, ${tenantId}, ${projectId}, 'webhook', 'Orders', 'https://example.com/', ${['*']}, ${Buffer.from('s')})`);
    const listed = async () =>
      (await admin('webhook', 'list', '--project', projectId)) as unknown as object[];
    await admin('webhook', 'disable', id);
    await admin('webhook', 'disable', id);
    expect(await listed()).toMatchObject([
      { id, enabled: false, disabledReason: 'disabled by the operator' },
    ]);
    await admin('webhook', 'enable', id);
    expect(await listed()).toMatchObject([{ enabled: true, disabledReason: null }]);
    const announced = await test.database.rows<{ epoch: number }>(
      sql`select (value->>'enabled_epoch')::int as epoch from outbox where key = ${id} order by id`,
    );
    expect(announced.map((row) => row.epoch)).toEqual([1, 1, 2]);
  });

  it('fails to rekey what it has no key for', async () => {
    await expect(admin('rekey')).rejects.toThrow('neither MASTER_KEY nor in MASTER_KEY_PREVIOUS');
  });

  it('runs retention', async () => {
    expect(await admin('retention', 'run', '--days', '30')).toEqual({
      partitions: 0,
      deliveries: 0,
      eventIds: 0,
    });
  });

  it('says what does not exist', async () => {
    const unknown = randomUUID();
    await expect(admin('project', 'create', 'x', '--tenant', unknown)).rejects.toThrow(
      `no tenant ${unknown}`,
    );
    await expect(admin('key', 'create', 'x', '--project', unknown)).rejects.toThrow(`no project ${unknown}`);
    await expect(admin('key', 'revoke', unknown)).rejects.toThrow(`no key ${unknown}`);
    await expect(admin('webhook', 'enable', unknown)).rejects.toThrow(`no webhook ${unknown}`);
  });

  it('runs by plain Node, and exits 1 with one line for a mistake', async () => {
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, ['--conditions=source', 'apps/cli/src/main.ts', ...args], {
        env: { ...process.env, DATABASE_URL: test.url },
      });
    const { stdout } = await run('tenant', 'create', 'Plain');
    expect(stdout).toMatch(/^id: [0-9a-f-]{36} {2}name: Plain\n$/);
    await expect(run('tenant', 'create', ' ')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1 to 200'),
    });
    await expect(run('key', 'revoke', randomUUID())).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^There is no key [0-9a-f-]{36}\.\n$/),
    });
  });
});
