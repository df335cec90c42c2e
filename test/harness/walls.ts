import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { generateApiKey, sql } from '#database';
import type { TestApi } from './admin-api.ts';
import { openBrowser, type TestBrowser } from './http-browser.ts';
import { addMember, setUpOwner, type TestPerson } from './people.ts';

/** Ids by the names that routes give their parameters. */
export type Params = Readonly<Record<string, string>>;

/** Headers of a request. */
export type Headers = Record<string, string>;

/** Two tenants, each with something of everything that routes name, and whoever may not touch the first one's. */
export interface Walls {
  /** One object of each kind that belongs to the tenant under attack. */
  home: Params;
  /** The same kinds, of a tenant that has nothing to do with it. */
  other: Params;
  /** Who may read and write what is `home`'s. */
  owner: Headers;
  /** What is no credential at all: always 401. */
  invalid: Record<string, Headers>;
  /** Who is somebody, only not there: always 404. */
  strangers: Record<string, Headers>;
  /** A key of another project of the same tenant. */
  siblingKey: Headers;
  /** A key of the project, with none of the scopes that the admin API asks for. */
  narrowKey: Headers;
  viewer: Headers;
}

interface Tenant {
  browser: TestBrowser;
  tenantId: string;
  userId: string;
}

const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` });

/** @param api over an empty database */
export async function seedWalls(api: TestApi): Promise<Walls> {
  const owner = await setUpOwner(api);
  const { strange, stranger } = await addStrangeTenant(api, owner);
  const viewer = await addMember(api, owner, 'viewer');
  const home = await addObjects(api, { ...owner, userId: viewer.id });
  const strangeMember = await addMember(
    api,
    { browser: stranger.browser, tenantId: strange },
    'viewer',
    'v@strange.example',
  );
  const other = await addObjects(api, {
    browser: stranger.browser,
    tenantId: strange,
    userId: strangeMember.id,
  });
  const sibling = await addProject(owner.browser, owner.tenantId);
  return {
    home,
    other,
    owner: headersOf(owner.browser),
    invalid: await invalidCredentials(api, owner, home),
    strangers: {
      'the key of another tenant': bearer(await addKey(stranger.browser, other)),
      'the session of the owner of another tenant': headersOf(stranger.browser),
    },
    siblingKey: bearer(await addKey(owner.browser, { projectId: sibling })),
    narrowKey: bearer(await addKey(owner.browser, home, ['events:write'])),
    viewer: headersOf(viewer.browser),
  };
}

/** The headers of a page of the hub's own, with the session of `browser`. */
function headersOf({ cookies }: TestBrowser): Headers {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return { host: 'hub.test', origin: 'http://hub.test', 'user-agent': 'A browser', cookie };
}

async function addStrangeTenant(api: TestApi, owner: { browser: TestBrowser; id: string }) {
  const strange = await post(owner.browser, '/v1/tenants', { name: 'Strange' });
  const stranger = await addMember(
    api,
    { browser: owner.browser, tenantId: strange.id },
    'owner',
    's@strange.example',
  );
  const { status } = await stranger.browser.call('DELETE', `/v1/tenants/${strange.id}/members/${owner.id}`);
  expect(status).toBe(204);
  return { strange: strange.id, stranger };
}

async function invalidCredentials(
  api: TestApi,
  owner: TestPerson,
  home: Params,
): Promise<Record<string, Headers>> {
  const good = headersOf(owner.browser);
  return {
    'no credential': {},
    'an empty Authorization': { authorization: '' },
    garbage: { authorization: '\u00ff;drop table api_keys' },
    'another scheme': { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
    'a bearer without a key': { authorization: 'Bearer' },
    'a bearer with two keys': { authorization: 'Bearer thk_a thk_b' },
    'a key that never was': bearer(generateApiKey().key),
    'a revoked key': bearer(await addRevokedKey(owner.browser, home)),
    'a bad key beside a good session': { ...good, ...bearer('thk_bad') },
    'a cookie that never was': { ...good, cookie: `hub.session_token=${randomUUID()}.c2lnbmVk` },
    'an expired session': headersOf(await expiredSession(api, owner)),
    'the session of somebody who signed out': headersOf(await endedSession(api, owner)),
  };
}

async function addRevokedKey(browser: TestBrowser, home: Params): Promise<string> {
  const { id, key } = await post(browser, `/v1/projects/${home.projectId}/api-keys`, { name: 'revoked' });
  const { status } = await browser.call('DELETE', `/v1/projects/${home.projectId}/api-keys/${id}`);
  expect(status).toBe(204);
  return String(key);
}

async function signIn(api: TestApi, { email, password }: TestPerson): Promise<TestBrowser> {
  const browser = openBrowser(api.app);
  expect((await browser.call('POST', '/v1/auth/sign-in', { email, password })).status).toBe(200);
  return browser;
}

async function expiredSession(api: TestApi, owner: TestPerson): Promise<TestBrowser> {
  const browser = await signIn(api, owner);
  await api.test.database.run(sql`update sessions set expires_at = now() - interval '1 second'
    where id = (select id from sessions order by created_at desc limit 1)`);
  return browser;
}

async function endedSession(api: TestApi, owner: TestPerson): Promise<TestBrowser> {
  const browser = await signIn(api, owner);
  const copy = openBrowser(api.app);
  for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
  expect((await browser.call('POST', '/v1/auth/sign-out')).status).toBe(204);
  return copy;
}

async function addObjects(api: TestApi, { browser, tenantId, userId }: Tenant): Promise<Params> {
  const projectId = await addProject(browser, tenantId);
  const project = `/v1/projects/${projectId}`;
  const webhook = { name: 'Orders', url: 'https://example.com/hook', eventTypes: ['*'] };
  const webhookId = (await post(browser, `${project}/webhooks`, webhook)).id;
  const invitation = { email: `${tenantId}@example.com`, role: 'viewer' };
  const sessions = await browser.call<{ items: { id: string }[] }>('GET', '/v1/me/sessions');
  await post(browser, `${project}/inspector`);
  return {
    tenantId,
    projectId,
    userId,
    webhookId,
    destinationId: webhookId,
    ...(await addDelivery(api, { tenantId, projectId, webhookId })),
    keyId: (await post(browser, `${project}/api-keys`, { name: 'ci' })).id,
    invitationId: (await post(browser, `/v1/tenants/${tenantId}/invitations`, invitation)).id,
    erasureId: (await post(browser, `${project}/erasures`, { anonymousId: randomUUID() })).id,
    replayId: await addReplay(api, { tenantId, projectId, webhookId }),
    sessionId: sessions.body.items[0]?.id ?? '',
  };
}

/** An event with a delivery and an attempt, as the recorder writes them. */
async function addDelivery(
  { test: { database } }: TestApi,
  { tenantId, projectId, webhookId }: { tenantId: string; projectId: string; webhookId: string },
): Promise<Params> {
  const [eventId, deliveryId, body] = [randomUUID(), randomUUID(), Buffer.from('{}')];
  await database.run(sql`
    insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
    values (${eventId}, now(), ${tenantId}, ${projectId}, 'experiment.created', now(), ${body})`);
  await database.run(sql`
    insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, accepted_at)
    values (${deliveryId}, ${eventId}, ${webhookId}, ${tenantId}, ${projectId}, 'experiment.created', 'failed', now())`);
  await database.run(sql`
    insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id,
      duration_ms, url, outcome, request_headers, response_headers, response_body, delivery_status)
    values (${deliveryId}, 1, now(), ${eventId}, 'experiment.created', ${tenantId}, ${projectId}, ${webhookId},
      1, 'https://example.com/', 'rejected', '{}', '{}', ${body}, 'failed')`);
  return { eventId, deliveryId, number: '1' };
}

/** One that is over, so that nobody changes it any more. */
async function addReplay(
  { test: { database } }: TestApi,
  { tenantId, projectId, webhookId }: { tenantId: string; projectId: string; webhookId: string },
): Promise<string> {
  const id = randomUUID();
  await database.run(sql`
    insert into replays (id, tenant_id, project_id, destination_id, selection, mode, event_types, to_at, status, total)
    values (${id}, ${tenantId}, ${projectId}, ${webhookId}, 'all', 'again', '{}', now(), 'cancelled', 0)`);
  return id;
}

async function addProject(browser: TestBrowser, tenantId: string): Promise<string> {
  return (await post(browser, `/v1/tenants/${tenantId}/projects`, { name: 'Shop' })).id;
}

async function addKey(
  browser: TestBrowser,
  { projectId }: Params | { projectId: string },
  scopes = ['*'],
): Promise<string> {
  const made = await post(browser, `/v1/projects/${projectId}/api-keys`, { name: 'walls', scopes });
  return String(made.key);
}

async function post(browser: TestBrowser, path: string, body?: unknown) {
  const answer = await browser.call<{ id: string; key?: string }>('POST', path, body);
  expect(answer, path).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
  return answer.body;
}

/** Every row that tells of a tenant, whichever table it is in. */
export async function rowsOf({ test: { database } }: TestApi, tenantId: string): Promise<unknown[]> {
  const tables = await database.rows<{ name: string }>(sql`
    select format('%I.%I', table_schema, table_name) as name from information_schema.columns
    where column_name = 'tenant_id' and table_schema in ('public', 'audit') order by 1`);
  const rows: unknown[] = [];
  for (const { name } of tables) rows.push({ name, rows: await rowsIn(database, name, tenantId) });
  return rows;
}

async function rowsIn(database: TestApi['test']['database'], table: string, tenantId: string) {
  // Using a key, in vain too, is noted where it belongs; nothing else may change.
  const text = `select to_jsonb(t) - 'last_used_at' as row from ${table} t where tenant_id = $1 order by t::text`;
  return database.rows({ text, values: [tenantId] });
}
