import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/harness/admin-api.ts';
import { openBrowser } from '../../../../test/harness/http-browser.ts';
import { addMember, mailedToken, PASSWORD, setUpOwner } from '../../../../test/harness/people.ts';

let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  owner = await setUpOwner(api);
});
afterAll(() => api?.close());

const newcomer = { name: 'Ben', password: PASSWORD };
const invite = (email: string, role = 'developer', browser = owner.browser) =>
  browser.call<{ id: string }>('POST', `/v1/tenants/${owner.tenantId}/invitations`, { email, role });
const accept = (body: object) => openBrowser(api.app).call('POST', '/v1/auth/accept-invitation', body);

describe('an invitation', () => {
  it('no longer works once whoever invited may no longer invite', async () => {
    const admin = await addMember(api, owner, 'admin', 'former@example.com');
    const token: Record<string, string> = {};
    for (const name of ['one', 'two']) {
      expect((await invite(`${name}@example.com`, 'developer', admin.browser)).status).toBe(201);
      token[name] = await mailedToken(api, `${name}@example.com`);
    }
    const member = `/v1/tenants/${owner.tenantId}/members/${admin.id}`;
    const tryOne = () => accept({ token: token['one'], ...newcomer });
    await owner.browser.call('PATCH', member, { role: 'developer' });
    expect((await tryOne()).status).toBe(404);
    await owner.browser.call('PATCH', member, { role: 'admin' });
    expect((await tryOne()).status).toBe(200);
    await owner.browser.call('DELETE', member);
    expect((await accept({ token: token['two'], ...newcomer })).status).toBe(404);
  });

  it('to be an owner no longer works once whoever invited is none', async () => {
    const second = await addMember(api, owner, 'owner', 'second-owner@example.com');
    expect((await invite('heir@example.com', 'owner', second.browser)).status).toBe(201);
    const token = await mailedToken(api, 'heir@example.com');
    const member = `/v1/tenants/${owner.tenantId}/members/${second.id}`;
    await owner.browser.call('PATCH', member, { role: 'admin' });
    expect((await accept({ token, ...newcomer })).status).toBe(404);
    await owner.browser.call('DELETE', member);
  });

  it('to be an owner is withdrawn and replaced by owners alone', async () => {
    const admin = await addMember(api, owner, 'admin', 'curious@example.com');
    const { body } = await invite('crown@example.com', 'owner');
    const path = `/v1/tenants/${owner.tenantId}/invitations/${body.id}`;
    expect((await invite('crown@example.com', 'viewer', admin.browser)).status).toBe(403);
    expect((await admin.browser.call('DELETE', path)).status).toBe(403);
    expect((await owner.browser.call('DELETE', path)).status).toBe(204);
    expect((await owner.browser.call('DELETE', path)).status).toBe(404);
  });

  it('accepted at the same time as another to the same address is no failure of ours', async () => {
    const { body: other } = await owner.browser.call<{ id: string }>('POST', '/v1/tenants', {
      name: 'Other',
    });
    const email = 'both@example.com';
    await invite(email);
    const first = await mailedToken(api, email);
    await owner.browser.call('POST', `/v1/tenants/${other.id}/invitations`, { email, role: 'viewer' });
    const second = await mailedToken(api, email, 2);
    const answers = await Promise.all([first, second].map((token) => accept({ token, ...newcomer })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  });

  it('made at the same time as another to the same address is no failure of ours', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => invite('race@example.com')));
    const statuses = new Set(answers.map(({ status }) => status));
    expect([...statuses].every((status) => status === 201 || status === 404 || status === 409)).toBe(true);
  });
});
