import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/harness/admin-api.ts';
import { addMember, setUpOwner } from '../../../test/harness/people.ts';

let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  owner = await setUpOwner(api);
});
afterAll(() => api?.close());

async function addProject(): Promise<string> {
  const path = `/v1/tenants/${owner.tenantId}/projects`;
  return (await owner.browser.call<{ id: string }>('POST', path, { name: 'Shop' })).body.id;
}

describe('the deletion of a project', () => {
  it('is for owners and admins, and that of a tenant for owners', async () => {
    const [admin, developer] = [
      await addMember(api, owner, 'admin'),
      await addMember(api, owner, 'developer'),
    ];
    const project = `/v1/projects/${await addProject()}`;
    expect((await developer.browser.call('DELETE', project)).status).toBe(403);
    expect((await admin.browser.call('DELETE', `/v1/tenants/${owner.tenantId}`)).status).toBe(403);
    expect((await admin.browser.call('DELETE', project)).status).toBe(202);
    expect((await admin.browser.call('DELETE', project)).status).toBe(404);
  });

  it('leaves whoever adds something at the same time with a 404, never with a fault of ours', async () => {
    for (let round = 0; round < 5; round += 1) {
      const project = `/v1/projects/${await addProject()}`;
      const webhook = { name: 'Orders', url: 'https://example.com/', eventTypes: ['*'] };
      const additions: [string, string, object?][] = [
        ['POST', '/webhooks', webhook],
        ['POST', '/api-keys', { name: 'ci' }],
        ['POST', '/inspector'],
        ['PUT', '/contacts', { recipients: ['mira@example.com'] }],
        ['POST', '/erasures', { anonymousId: '0197b2a0-6b3c-7d29-84f5-1e2d3c4b5a06' }],
      ];
      const add = ([method, path, body]: (typeof additions)[number]) =>
        owner.browser.call(method, `${project}${path}`, body);
      const [gone, ...added] = await Promise.all([
        owner.browser.call('DELETE', project),
        ...[...additions, ...additions].map(add),
      ]);
      expect(gone.status).toBe(202);
      expect(added.filter(({ status }) => ![200, 201, 202, 404].includes(status))).toEqual([]);
    }
  });
});
