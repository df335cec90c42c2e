import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { throughout } from '../../../../test/harness/eventually.ts';
import { startApi, type TestApi } from '../../../../test/harness/admin-api.ts';
import { openBrowser, type TestBrowser } from '../../../../test/harness/http-browser.ts';
import { addMember, PASSWORD, setUpOwner, type TestPerson } from '../../../../test/harness/people.ts';

const WITHIN_MS = 5_000;

let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  await api.app.listen(0, '127.0.0.1');
  owner = await setUpOwner(api);
});
afterAll(() => api?.close());

interface Project {
  id: string;
  key: string;
  keyId: string;
}

async function addProject(): Promise<Project> {
  const { browser, tenantId } = owner;
  const { body } = await browser.call<{ id: string }>('POST', `/v1/tenants/${tenantId}/projects`, {
    name: 'A',
  });
  const made = await browser.call<{ id: string; key: string }>('POST', `/v1/projects/${body.id}/api-keys`, {
    name: 'ci',
  });
  return { id: body.id, key: made.body.key, keyId: made.body.id };
}

/** Opens a stream; `ended` resolves with how long it took until it was over. */
async function follow(projectId: string, headers: Record<string, string>) {
  const { port } = api.app.getHttpServer().address() as AddressInfo;
  const request = get({ host: '127.0.0.1', port, path: `/v1/projects/${projectId}/live`, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  expect(response.statusCode).toBe(200);
  response.resume();
  const closed = once(response, 'close', { signal: AbortSignal.timeout(20_000) });
  return async (change: () => Promise<unknown>): Promise<number> => {
    const changed = await change().then(() => performance.now());
    await closed;
    return performance.now() - changed;
  };
}

const byKey = ({ key }: Project) => ({ authorization: `Bearer ${key}` });
const bySession = ({ cookies }: TestBrowser) => ({
  cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
});

async function signIn({ email, password }: TestPerson): Promise<TestBrowser> {
  const browser = openBrowser(api.app);
  expect((await browser.call('POST', '/v1/auth/sign-in', { email, password })).status).toBe(200);
  return browser;
}

async function done(browser: TestBrowser, method: string, path: string, body?: unknown): Promise<void> {
  const { status } = await browser.call(method, path, body);
  expect([path, status]).toEqual([path, expect.toSatisfy((code: number) => code < 300)]);
}

describe('a live stream ends within 5 s', () => {
  it('of the end of the session, the membership, the key or the project that let it in', async () => {
    const { browser, tenantId } = owner;
    const [project, doomed] = [await addProject(), await addProject()];
    const member = await addMember(api, owner, 'developer');
    const leaver = await addMember(api, owner, 'viewer');
    const [leaving, ending, changing] = [await signIn(member), await signIn(member), await signIn(member)];
    const sessions = await ending.call<{ items: { id: string; isCurrent: boolean }[] }>(
      'GET',
      '/v1/me/sessions',
    );
    const ended = sessions.body.items.find(({ isCurrent }) => isCurrent)?.id;
    const streams = {
      'the key is revoked': [
        await follow(project.id, byKey(project)),
        () => done(browser, 'DELETE', `/v1/projects/${project.id}/api-keys/${project.keyId}`),
      ],
      'the person signs out': [
        await follow(project.id, bySession(leaving)),
        () => done(leaving, 'POST', '/v1/auth/sign-out'),
      ],
      'the session is ended from elsewhere': [
        await follow(project.id, bySession(ending)),
        () => done(changing, 'DELETE', `/v1/me/sessions/${ended}`),
      ],
      'the member is removed': [
        await follow(project.id, bySession(leaver.browser)),
        () => done(browser, 'DELETE', `/v1/tenants/${tenantId}/members/${leaver.id}`),
      ],
      'the project is deleted': [
        await follow(doomed.id, byKey(doomed)),
        () => done(browser, 'DELETE', `/v1/projects/${doomed.id}`),
      ],
    } as const;
    const other = await follow(project.id, bySession(member.browser));
    const took = await Promise.all(
      Object.entries(streams).map(async ([name, [end, change]]) => [name, await end(change)] as const),
    );
    for (const [name, ms] of took) expect([name, ms < WITHIN_MS, ms]).toEqual([name, true, ms]);
    const next = { currentPassword: PASSWORD, newPassword: 'Gewitter am Mittwochabend' };
    expect(await other(() => done(changing, 'POST', '/v1/me/password', next))).toBeLessThan(WITHIN_MS);
  }, 60_000);

  it('and not while all is as it was', async () => {
    const project = await addProject();
    const end = await follow(project.id, byKey(project));
    let isOver = false;
    const over = end(() => Promise.resolve()).then(() => (isOver = true));
    await throughout(() => expect(isOver).toBe(false), 6_000);
    await done(owner.browser, 'DELETE', `/v1/projects/${project.id}`);
    await over;
  }, 30_000);
});
