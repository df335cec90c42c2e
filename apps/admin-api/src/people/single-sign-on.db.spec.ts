import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { startApi, type TestApi } from '../../../../test/harness/admin-api.ts';
import { openBrowser, type TestBrowser } from '../../../../test/harness/http-browser.ts';
import { startIdentityProvider, type IdentityProvider } from '../../../../test/harness/identity-provider.ts';
import { mailedToken, PASSWORD, setUpOwner } from '../../../../test/harness/people.ts';

let api: TestApi;
let provider: IdentityProvider;
let owner: Awaited<ReturnType<typeof setUpOwner>>;

beforeAll(async () => {
  provider = await startIdentityProvider({ sub: '1', email: '', name: '', email_verified: true });
  api = await startApi(inject('databaseUrl'), 2_000, provider.settings);
  owner = await setUpOwner(api);
});
afterAll(async () => {
  await api?.close();
  await provider?.close();
});

/** Goes to the provider and comes back; resolves with where the hub then sends the browser. */
async function signInAs(browser: TestBrowser, user: Partial<IdentityProvider['user']>): Promise<string> {
  Object.assign(provider.user, user);
  const away = await browser.call('GET', '/v1/auth/single-sign-on');
  expect(away.status).toBe(302);
  const back = await provider.follow(String(away.headers['location']));
  expect(`${back.origin}${back.pathname}`).toBe('http://hub.test/v1/auth/callback/single-sign-on');
  const { headers } = await browser.call('GET', `${back.pathname}${back.search}`);
  return String(headers['location']);
}

describe('single sign-on', () => {
  it('is offered by name where it is set up', async () => {
    const { body } = await openBrowser(api.app).call('GET', '/v1/auth');
    expect(body).toMatchObject({ singleSignOn: { name: 'Acme ID' } });
  });

  it('lets nobody in whom nobody invited', async () => {
    const browser = openBrowser(api.app);
    const where = await signInAs(browser, { sub: 'eve', email: 'eve@example.com', name: 'Eve' });
    expect(where).toContain('/sign-in?error=');
    expect((await browser.call('GET', '/v1/me')).status).toBe(401);
    expect(await api.test.database.rows(sql`select 1 from users where email = 'eve@example.com'`)).toEqual(
      [],
    );
  });

  it('makes a person of whoever is invited, who then accepts', async () => {
    const email = 'ben@example.com';
    await owner.browser.call('POST', `/v1/tenants/${owner.tenantId}/invitations`, { email, role: 'viewer' });
    const token = await mailedToken(api, email);
    const browser = openBrowser(api.app);
    expect(await signInAs(browser, { sub: 'ben', email, name: 'Ben' })).toMatch(/^(http:\/\/hub\.test)?\/$/);
    expect((await browser.call('GET', '/v1/me')).body).toMatchObject({ email, tenants: [] });
    expect(await browser.call('POST', '/v1/auth/accept-invitation', { token })).toMatchObject({
      status: 200,
      body: { tenants: [{ name: 'Acme', role: 'viewer' }] },
    });

    const again = openBrowser(api.app);
    await signInAs(again, { sub: 'ben', email, name: 'Ben' });
    expect((await again.call('GET', '/v1/me')).body).toMatchObject({ tenants: [{ role: 'viewer' }] });
  });

  it('makes nobody of an invited address that the provider does not vouch for', async () => {
    const email = 'invited@example.com';
    await owner.browser.call('POST', `/v1/tenants/${owner.tenantId}/invitations`, { email, role: 'admin' });
    const browser = openBrowser(api.app);
    const where = await signInAs(browser, { sub: 'mallory', email, name: 'Mallory', email_verified: false });
    expect(where).toContain('/sign-in?error=');
    expect(await api.test.database.rows(sql`select 1 from users where email = ${email}`)).toEqual([]);
    expect(await signInAs(browser, { sub: 'ida', email, name: 'Ida', email_verified: true })).not.toContain(
      'error',
    );
  });

  it('no longer lets in whoever was linked before the address was proven by a mailed link', async () => {
    const { database } = api.test;
    const email = 'proven@example.com';
    await owner.browser.call('POST', `/v1/tenants/${owner.tenantId}/invitations`, { email, role: 'viewer' });
    const squatter = openBrowser(api.app);
    await signInAs(squatter, { sub: 'squatter', email, name: 'Squatter', email_verified: true });
    await database.run(sql`update users set is_email_verified = false where email = ${email}`);
    const visitor = openBrowser(api.app);
    await visitor.call('POST', '/v1/auth/forgot-password', { email });
    const token = await mailedToken(api, email, 2);
    const reset = await visitor.call('POST', '/v1/auth/reset-password', { token, password: PASSWORD });
    expect(reset.status).toBe(204);
    const rows = await database.rows(sql`
      select u.is_email_verified as "isEmailVerified", a.provider_id as provider
      from users u join accounts a on a.user_id = u.id where u.email = ${email}`);
    expect(rows).toEqual([{ isEmailVerified: true, provider: 'credential' }]);
    expect((await squatter.call('GET', '/v1/me')).status).toBe(401);
  });

  it('takes an address that the provider does not vouch for as nobody’s', async () => {
    const browser = openBrowser(api.app);
    await signInAs(browser, { sub: 'thief', email: owner.email, name: 'Thief', email_verified: false });
    expect((await browser.call('GET', '/v1/me')).status).toBe(401);
  });

  it('knows its way back only from the browser that went', async () => {
    const away = await openBrowser(api.app).call('GET', '/v1/auth/single-sign-on');
    const back = await provider.follow(String(away.headers['location']));
    const other = openBrowser(api.app);
    await other.call('GET', `${back.pathname}${back.search}`);
    expect((await other.call('GET', '/v1/me')).status).toBe(401);
  });

  it('stores no token of the provider in clear', async () => {
    const rows = await api.test.database.rows<{ token: string | null }>(
      sql`select access_token as token from accounts where provider_id = 'single-sign-on'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { token } of rows) expect(token).not.toMatch(/^[0-9a-f]{8}-/);
  });
});

describe('a hub without single sign-on', () => {
  it('has no way to it', async () => {
    const plain = await startApi(inject('databaseUrl'));
    const browser = openBrowser(plain.app);
    expect((await browser.call('GET', '/v1/auth')).body).toMatchObject({ singleSignOn: null });
    expect((await browser.call('GET', '/v1/auth/single-sign-on')).status).toBe(404);
    expect((await browser.call('GET', '/v1/auth/callback/single-sign-on?code=x&state=y')).status).toBe(404);
    await plain.close();
  });
});
