import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '#database';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../test/harness/admin-api.ts';
import { openBrowser } from '../../test/harness/http-browser.ts';
import { prepareSignIn } from './prepare-sign-in.ts';

let api: TestApi;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  api = await startApi(inject('databaseUrl'));
});
afterAll(async () => {
  await api?.close();
  rmSync(folder, { recursive: true });
});

const signIn = async (account: { email: string; password: string }) =>
  openBrowser(api.app).call('POST', '/v1/auth/sign-in', account);

it('makes an owner of the sample tenant who can sign in, keeps the password, and makes another for one that was lost', async () => {
  const [env, path] = [{ DATABASE_URL: api.test.url }, join(folder, 'account.json')];
  const first = await prepareSignIn(env, path);
  expect(await signIn(first)).toMatchObject({
    status: 200,
    body: { email: 'demo@example.com', tenants: [{ name: 'Sample Shop Ltd', role: 'owner' }] },
  });
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(await prepareSignIn(env, path)).toEqual(first);

  rmSync(path);
  const second = await prepareSignIn(env, path);
  expect(second.password).not.toBe(first.password);
  expect((await signIn(second)).status).toBe(200);
  expect((await signIn(first)).status).toBe(401);
  expect(await api.test.database.rows(sql`select 1 from users`)).toHaveLength(1);
});
