import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/harness/admin-api.ts';
import { addMember, setUpOwner } from '../../../test/harness/people.ts';

const CAPS = {
  MAX_TENANTS_PER_OWNER: '3',
  MAX_PROJECTS_PER_TENANT: '3',
  MAX_DESTINATIONS_PER_PROJECT: '3',
  MAX_API_KEYS_PER_PROJECT: '3',
  MAX_INVITATIONS_PER_TENANT: '3',
};
const WEBHOOK = { name: 'Orders', url: 'https://example.com/', eventTypes: ['*'] };
const EMAIL = { kind: 'email', name: 'Team', eventTypes: ['*'], recipients: ['a@example.com'] };

let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'), 2_000, CAPS);
  owner = await setUpOwner(api);
});
afterAll(() => api?.close());

type Made = { status: number; body: { id: string; detail: string } };
const post = (path: string, body?: unknown) =>
  owner.browser.call<Made['body']>('POST', path, body) as Promise<Made>;
const remove = async (path: string) => (await owner.browser.call('DELETE', path)).status;

/** Asks for `count` at once; some are refused when that is more than there may be. */
async function askForMany(count: number, ask: (index: number) => Promise<Made>) {
  const all = await Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
  const made = all.filter(({ status }) => status === 201);
  return { made: made.map(({ body }) => body.id), refused: all.filter(({ status }) => status !== 201) };
}

const ofTenant = async () => {
  const tenant = await post('/v1/tenants', { name: 'Other' });
  expect(tenant.status).toBe(201);
  return `/v1/tenants/${tenant.body.id}`;
};
const ofProject = async () => {
  const project = await post(`${await ofTenant()}/projects`, { name: 'Shop' });
  return `/v1/projects/${project.body.id}`;
};

describe('at most so many', () => {
  it('destinations has a project, of whichever kind, however many are asked for at once', async () => {
    const project = await ofProject();
    await owner.browser.call('PUT', `${project}/contacts`, { recipients: ['mira@example.com'] });
    const ask = (index: number) =>
      index % 2 === 0 ? post(`${project}/webhooks`, WEBHOOK) : post(`${project}/destinations`, EMAIL);
    const { made, refused } = await askForMany(8, ask);
    expect(made).toHaveLength(3);
    for (const { status, body } of refused)
      expect([status, body.detail]).toEqual([
        409,
        'This project has 3 destinations, as many as this hub allows (MAX_DESTINATIONS_PER_PROJECT).',
      ]);
    expect(await remove(`${project}/destinations/${made[0]}`)).toBe(204);
    expect((await askForMany(2, ask)).made).toHaveLength(1);
  });

  it('API keys has a project; those that were revoked leave their place', async () => {
    const project = await ofProject();
    const ask = () => post(`${project}/api-keys`, { name: 'ci' });
    const { made, refused } = await askForMany(6, ask);
    expect([made.length, refused.map(({ status }) => status)]).toEqual([3, [409, 409, 409]]);
    expect(refused[0]?.body.detail).toContain('3 API keys, as many as this hub allows (MAX_API_KEYS_PER');
    expect(await remove(`${project}/api-keys/${made[0]}`)).toBe(204);
    expect((await ask()).status).toBe(201);
  });

  it('projects has a tenant', async () => {
    const { made, refused } = await askForMany(6, () =>
      post(`/v1/tenants/${owner.tenantId}/projects`, { name: 'Shop' }),
    );
    expect([made.length, refused.map(({ status }) => status)]).toEqual([3, [409, 409, 409]]);
    expect(refused[0]?.body.detail).toContain('This tenant has 3 projects');
  });

  it('open invitations has a tenant; one that takes the place of another needs none', async () => {
    const path = `/v1/tenants/${owner.tenantId}/invitations`;
    const invite = (index: number) => post(path, { email: `p${index}@example.com`, role: 'viewer' });
    const { made, refused } = await askForMany(6, invite);
    expect([made.length, refused.map(({ status }) => status)]).toEqual([3, [409, 409, 409]]);
    expect(refused[0]?.body.detail).toContain('3 open invitations');
    const listed = await owner.browser.call<{ items: { email: string }[] }>('GET', path);
    const again = { email: listed.body.items[0]?.email, role: 'viewer' };
    expect((await post(path, again)).status).toBe(201);
  });

  it('tenants are of one owner, whom others do not count for', async () => {
    const browser = owner.browser;
    const { body } = await browser.call<{ tenants: { id: string }[] }>('GET', '/v1/me');
    for (const { id } of body.tenants.filter(({ id: each }) => each !== owner.tenantId))
      expect(await remove(`/v1/tenants/${id}`)).toBe(202);
    const { made, refused } = await askForMany(5, () => post('/v1/tenants', { name: 'One more' }));
    expect([made.length, refused.map(({ status }) => status)]).toEqual([2, [409, 409, 409]]);
    expect(refused[0]?.body.detail).toContain('You own 3 tenants');
    const partner = await addMember(api, { browser, tenantId: made[0] ?? '' }, 'owner', 'ben@example.com');
    expect((await partner.browser.call('POST', '/v1/tenants', { name: 'Own' })).status).toBe(201);
  });
});

describe('a cap of 0', () => {
  it('is none', async () => {
    const free = await startApi(inject('databaseUrl'), 2_000, { MAX_DESTINATIONS_PER_PROJECT: '0' });
    const client = await free.addClient();
    for (let n = 0; n < 5; n += 1) expect((await client.call('POST', '/webhooks', WEBHOOK)).status).toBe(201);
    await free.close();
  });
});
