import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/harness/admin-api.ts';
import { setUpOwner } from '../../../test/harness/people.ts';

let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
let projectId: string;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'), 2_000, { LIMIT_COSTLY_REQUESTS: '1' });
  owner = await setUpOwner(api);
  const made = await owner.browser.call<{ id: string }>('POST', `/v1/tenants/${owner.tenantId}/projects`, {
    name: 'Shop',
  });
  projectId = made.body.id;
});
afterAll(() => api?.close());

describe('what sends mails and requests, makes credentials or hashes passwords', () => {
  it('is counted as costly', async () => {
    const project = `/v1/projects/${projectId}`;
    const invitations = `/v1/tenants/${owner.tenantId}/invitations`;
    const paths = [
      '/v1/me/verification',
      '/v1/me/password',
      invitations,
      `${project}/api-keys`,
      `${project}/destinations/${randomUUID()}/test`,
      `${project}/webhooks/${randomUUID()}/test`,
    ];
    const statusOf = async (path: string, method = 'POST') =>
      (await owner.browser.call(method, path, method === 'POST' ? {} : undefined)).status;
    // The only turn of this minute.
    expect(await statusOf(invitations)).toBe(400);
    for (const path of paths) expect(await statusOf(path), path).toBe(429);
    expect(await statusOf(invitations, 'GET')).toBe(200);
  });
});
