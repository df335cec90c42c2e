import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/harness/admin-api.ts';
import { openBrowser } from '../../../../test/harness/http-browser.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { addMember, PASSWORD, setUpOwner, type TestPerson } from '../../../../test/harness/people.ts';

interface Named {
  id: string;
  name: string;
}

interface Entry {
  action: string;
  actor: { kind: string; id: string; name: string };
  ipAddress: string;
  object: { kind: string; id: string; name: string };
  before: object | null;
  after: object | null;
}

let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
let admin: TestPerson;
let developer: TestPerson;
let viewer: TestPerson;
let tenant: string;
let projectId: string;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  owner = await setUpOwner(api);
  tenant = `/v1/tenants/${owner.tenantId}`;
  admin = await addMember(api, owner, 'admin');
  developer = await addMember(api, owner, 'developer');
  viewer = await addMember(api, owner, 'viewer');
  projectId = (await owner.browser.call<Named>('POST', `${tenant}/projects`, { name: 'Shop' })).body.id;
});
afterAll(() => api?.close());

const statusOf = async (person: TestPerson, method: string, path: string, body?: unknown) =>
  (await person.browser.call(method, path, body)).status;

describe('a tenant', () => {
  it('is seen by its members, and renamed by owners and admins', async () => {
    expect((await viewer.browser.call('GET', tenant)).body).toMatchObject({
      id: owner.tenantId,
      name: 'Acme',
    });
    expect(await statusOf(developer, 'PATCH', tenant, { name: 'Mine' })).toBe(403);
    const { body } = await admin.browser.call('PATCH', tenant, { name: 'Acme Ltd' });
    expect(body).toMatchObject({ name: 'Acme Ltd' });
  });

  it('has projects, page by page', async () => {
    expect(await statusOf(developer, 'POST', `${tenant}/projects`, { name: 'Mine' })).toBe(403);
    const made = await admin.browser.call<Named>('POST', `${tenant}/projects`, { name: 'Blog' });
    expect(made).toMatchObject({ status: 201, body: { name: 'Blog', tenantId: owner.tenantId } });
    const first = await viewer.browser.call<{ items: Named[]; nextCursor: string }>(
      'GET',
      `${tenant}/projects?limit=1`,
    );
    expect(first.body.items).toMatchObject([{ name: 'Blog' }]);
    const second = await viewer.browser.call(
      'GET',
      `${tenant}/projects?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect(second.body).toMatchObject({ items: [{ name: 'Shop' }], nextCursor: null });

    const blog = `/v1/projects/${made.body.id}`;
    expect(await statusOf(viewer, 'PATCH', blog, { name: 'Mine' })).toBe(403);
    expect((await admin.browser.call('PATCH', blog, { name: 'News' })).body).toMatchObject({ name: 'News' });
    expect((await viewer.browser.call('GET', blog)).body).toMatchObject({ name: 'News' });
    expect(await statusOf(admin, 'PATCH', blog, { name: 'a\u0000b' })).toBe(400);
  });

  it('is made by those who own one already', async () => {
    expect(await statusOf(admin, 'POST', '/v1/tenants', { name: 'Mine' })).toBe(403);
  });

  it('lets its people work in its projects by their role', async () => {
    const webhooks = `/v1/projects/${projectId}/webhooks`;
    const webhook = { name: 'Tool', url: 'http://127.0.0.1:9/', eventTypes: ['*'] };
    expect(await statusOf(viewer, 'POST', webhooks, webhook)).toBe(403);
    expect(await statusOf(developer, 'POST', webhooks, webhook)).toBe(201);
    expect((await viewer.browser.call('GET', webhooks)).body).toMatchObject({ items: [{ name: 'Tool' }] });
  });
});

describe('another tenant', () => {
  it('looks as if it did not exist, to people and to keys', async () => {
    const stranger = await api.addClient();
    const { body: there } = await owner.browser.call('GET', `/v1/tenants/${randomUUID()}`);
    for (const path of [
      `/v1/tenants/${stranger.tenantId}`,
      `/v1/tenants/${stranger.tenantId}/members`,
      `/v1/tenants/${stranger.tenantId}/audit-log`,
      `/v1/projects/${stranger.projectId}`,
      `/v1/projects/${stranger.projectId}/webhooks`,
      `/v1/projects/${stranger.projectId}/api-keys`,
    ]) {
      const { status, body } = await owner.browser.call(path.startsWith('/') ? 'GET' : '', path);
      expect({ status, body: { ...body, instance: '' } }, path).toEqual({
        status: 404,
        body: { ...there, instance: '' },
      });
    }
    expect((await stranger.call('GET', `${tenant}/members`)).status).toBe(404);
    // Its own tenant is no secret to a key, but not a key's business.
    expect((await stranger.call('GET', `/v1/tenants/${stranger.tenantId}/members`)).status).toBe(403);
  });
});

describe('the members', () => {
  it('are listed with their roles', async () => {
    const { body } = await viewer.browser.call<{ items: object[] }>('GET', `${tenant}/members`);
    expect(body.items).toMatchObject([
      { userId: owner.id, email: owner.email, role: 'owner' },
      { userId: admin.id, role: 'admin' },
      { userId: developer.id, role: 'developer' },
      { userId: viewer.id, role: 'viewer' },
    ]);
  });

  it('are changed by admins, but owners only by owners', async () => {
    const member = (person: { id: string }) => `${tenant}/members/${person.id}`;
    expect(await statusOf(developer, 'PATCH', member(viewer), { role: 'admin' })).toBe(403);
    expect(await statusOf(admin, 'PATCH', member(owner), { role: 'viewer' })).toBe(403);
    expect(await statusOf(admin, 'DELETE', member(owner))).toBe(403);
    expect(await statusOf(admin, 'PATCH', member(admin), { role: 'owner' })).toBe(403);
    expect(
      await statusOf(admin, 'POST', `${tenant}/invitations`, { email: 'x@example.com', role: 'owner' }),
    ).toBe(403);
    expect(await statusOf(admin, 'PATCH', member(viewer), { role: 'emperor' })).toBe(400);
    expect(await statusOf(admin, 'PATCH', member({ id: randomUUID() }), { role: 'viewer' })).toBe(404);
    const { body } = await admin.browser.call('PATCH', member(viewer), { role: 'developer' });
    expect(body).toMatchObject({ role: 'developer' });
    await admin.browser.call('PATCH', member(viewer), { role: 'viewer' });
  });

  it('always have an owner among them', async () => {
    const own = `${tenant}/members/${owner.id}`;
    expect(await statusOf(owner, 'PATCH', own, { role: 'admin' })).toBe(409);
    expect(await statusOf(owner, 'DELETE', own)).toBe(409);
    expect(await statusOf(owner, 'PATCH', `${tenant}/members/${admin.id}`, { role: 'owner' })).toBe(200);
    expect(await statusOf(owner, 'PATCH', own, { role: 'admin' })).toBe(200);
    expect(await statusOf(admin, 'PATCH', own, { role: 'owner' })).toBe(200);
    expect(await statusOf(owner, 'PATCH', `${tenant}/members/${admin.id}`, { role: 'admin' })).toBe(200);
  });

  it('see nothing more from the moment that they are removed', async () => {
    const leaver = await addMember(api, owner, 'viewer', 'leaver@example.com');
    expect(await statusOf(leaver, 'GET', tenant)).toBe(200);
    expect(await statusOf(admin, 'DELETE', `${tenant}/members/${leaver.id}`)).toBe(204);
    expect(await statusOf(leaver, 'GET', tenant)).toBe(404);
    expect(await statusOf(leaver, 'GET', `/v1/projects/${projectId}/webhooks`)).toBe(404);
    expect((await leaver.browser.call('GET', '/v1/me')).body).toMatchObject({ tenants: [] });
  });
});

describe('an API key', () => {
  const keys = () => `/v1/projects/${projectId}/api-keys`;
  const make = (body: object) =>
    developer.browser.call<{ id: string; key: string; prefix: string }>('POST', keys(), body);
  const use = async (key: string, method: string, path: string) => {
    const { statusCode } = await api.app.inject({
      method: method as 'GET',
      url: `/v1/projects/${projectId}${path}`,
      headers: { authorization: `Bearer ${key}` },
    });
    return statusCode;
  };

  it('is shown once, and listed by its first characters with its scopes', async () => {
    expect(await statusOf(viewer, 'POST', keys(), { name: 'ci' })).toBe(403);
    const { status, body } = await make({ name: 'ci', scopes: ['webhooks:read', 'webhooks:read'] });
    expect(status).toBe(201);
    expect(body.key).toMatch(/^thk_[\w-]{43}$/);
    expect(body.key.startsWith(body.prefix)).toBe(true);
    const listed = await developer.browser.call<{ items: object[] }>('GET', keys());
    expect(listed.body.items).toMatchObject([
      {
        id: body.id,
        name: 'ci',
        prefix: body.prefix,
        scopes: ['webhooks:read'],
        lastUsedAt: null,
        revokedAt: null,
      },
    ]);
    expect(JSON.stringify(listed.body)).not.toContain(body.key);
  });

  it('does what its scopes say and no more', async () => {
    const { key } = (await make({ name: 'reader', scopes: ['webhooks:read'] })).body;
    expect(await use(key, 'GET', '/webhooks')).toBe(200);
    expect(await use(key, 'POST', '/webhooks')).toBe(403);
    expect(await use(key, 'GET', `/events/${randomUUID()}`)).toBe(403);
    expect(await use(key, 'GET', '/api-keys')).toBe(403);
    expect(await use(key, 'POST', '/api-keys')).toBe(403);
  });

  it('takes only scopes that there are', async () => {
    expect(await make({ name: 'ci', scopes: ['members:write'] })).toMatchObject({ status: 400 });
    expect(await make({ name: 'ci', scopes: [] })).toMatchObject({ status: 400 });
  });

  it('stops working within 5 s of being revoked', async () => {
    const { id, key } = (await make({ name: 'short-lived' })).body;
    expect(await use(key, 'GET', '/webhooks')).toBe(200);
    expect(await statusOf(developer, 'DELETE', `${keys()}/${id}`)).toBe(204);
    const revokedAt = Date.now();
    await eventually(async () => expect(await use(key, 'GET', '/webhooks')).toBe(401));
    expect(Date.now() - revokedAt).toBeLessThan(6_000);
    const { body } = await developer.browser.call<{ items: { id: string; revokedAt: string | null }[] }>(
      'GET',
      keys(),
    );
    expect(body.items.find((item) => item.id === id)?.revokedAt).not.toBeNull();
    expect(await statusOf(developer, 'DELETE', `${keys()}/${randomUUID()}`)).toBe(404);
  });
});

describe('the audit log', () => {
  const read = async (query = '', person: TestPerson = admin) =>
    (
      await person.browser.call<{ items: Entry[]; nextCursor: string | null }>(
        'GET',
        `${tenant}/audit-log${query}`,
      )
    ).body;

  it('is for owners and admins', async () => {
    expect(await statusOf(developer, 'GET', `${tenant}/audit-log`)).toBe(403);
    expect(await statusOf(viewer, 'GET', `${tenant}/audit-log`)).toBe(403);
    expect((await read('', owner)).items.length).toBeGreaterThan(0);
  });

  it('tells who did what, from where, before and after', async () => {
    await admin.browser.call('PATCH', tenant, { name: 'Acme GmbH' });
    expect((await read('?limit=1')).items).toMatchObject([
      {
        action: 'tenant.changed',
        actor: { kind: 'person', id: admin.id, name: admin.email },
        ipAddress: '127.0.0.1',
        userAgent: 'A browser',
        object: { kind: 'tenant', id: owner.tenantId, name: 'Acme GmbH' },
        before: { name: 'Acme Ltd' },
        after: { name: 'Acme GmbH' },
      },
    ]);
  });

  it('tells what a key did, and never a key, a secret or a token', async () => {
    const made = await developer.browser.call<{ id: string; key: string }>(
      'POST',
      `/v1/projects/${projectId}/api-keys`,
      { name: 'robot' },
    );
    const headers = { authorization: `Bearer ${made.body.key}`, 'content-type': 'application/json' };
    const webhook = { name: 'By key', url: 'http://127.0.0.1:9/', eventTypes: ['*'] };
    const created = await api.app.inject({
      method: 'POST',
      url: `/v1/projects/${projectId}/webhooks`,
      headers,
      payload: webhook,
    });
    const { id, secret } = created.json<{ id: string; secret: string }>();
    const { items } = await read(`?objectId=${id}`);
    expect(items).toMatchObject([
      {
        action: 'webhook.created',
        actor: { kind: 'api-key', id: made.body.id, name: 'robot' },
        projectId,
        after: { eventTypes: ['*'] },
      },
    ]);
    const everything = JSON.stringify(await read('?limit=100'));
    for (const hidden of [secret, made.body.key, PASSWORD]) expect(everything).not.toContain(hidden);
  });

  it('tells who joined and who signed in', async () => {
    await openBrowser(api.app).call('POST', '/v1/auth/sign-in', { email: viewer.email, password: PASSWORD });
    expect((await read(`?actorId=${viewer.id}&action=person.signed_in&limit=1`)).items).toMatchObject([
      { actor: { kind: 'person', id: viewer.id, name: viewer.email }, userAgent: 'A browser' },
    ]);
    expect((await read(`?objectId=${viewer.id}&action=member.created`)).items).toMatchObject([
      { actor: { id: viewer.id }, object: { name: viewer.email }, after: { role: 'viewer' } },
    ]);
  });

  it('is read page by page, and by time', async () => {
    const all = (await read('?limit=100')).items;
    const [first, second] = [
      await read('?limit=3'),
      await read(`?limit=3&cursor=${(await read('?limit=3')).nextCursor}`),
    ];
    expect([...first.items, ...second.items]).toEqual(all.slice(0, 6));
    expect((await read(`?to=2020-01-01T00:00:00Z`)).items).toEqual([]);
    expect((await read(`?from=2020-01-01T00:00:00Z&limit=100`)).items).toEqual(all);
    expect(await statusOf(admin, 'GET', `${tenant}/audit-log?from=yesterday`)).toBe(400);
  });
});
