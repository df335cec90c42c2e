import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { startApi, type TestApi } from '../../../../test/harness/admin-api.ts';
import { openBrowser, type TestBrowser } from '../../../../test/harness/http-browser.ts';
import { addMember, mailedToken, PASSWORD, setUpOwner, tokenIn } from '../../../../test/harness/people.ts';

const OTHER = 'Sonnenblume im Keller 7';
let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
});
afterAll(() => api?.close());

const signIn = (browser: TestBrowser, email: string, password = PASSWORD) =>
  browser.call('POST', '/v1/auth/sign-in', { email, password });
const isSignedIn = async (browser: TestBrowser) => (await browser.call('GET', '/v1/me')).status === 200;

describe('an empty hub', () => {
  const body = { tenantName: 'Acme', name: 'Mira', email: 'mira@example.com', password: PASSWORD };

  it('prints a link, of which only a digest is stored', async () => {
    expect(api.printed).toHaveLength(1);
    const token = tokenIn(api.printed[0]);
    expect(api.printed[0]).toContain(`http://hub.test/setup#token=${token}`);
    const stored = JSON.stringify(await api.test.database.rows(sql`select * from verifications`));
    expect(stored).not.toContain(token);
    expect((await openBrowser(api.app).call('GET', '/v1/auth')).body).toMatchObject({
      isEmpty: true,
      hasMail: true,
    });
  });

  it('takes no other link and no password that is easy to guess', async () => {
    const browser = openBrowser(api.app);
    expect(await browser.call('POST', '/v1/auth/setup', { ...body, token: 'guessed' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'token' }] },
    });
    const token = tokenIn(api.printed[0]);
    expect(
      await browser.call('POST', '/v1/auth/setup', { ...body, token, password: 'Password123!' }),
    ).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'password' }] },
    });
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('makes whoever opens the link its owner, once, and asks to confirm the address', async () => {
    owner = await setUpOwner(api);
    expect((await owner.browser.call('GET', '/v1/me')).body).toMatchObject({
      name: 'Mira',
      email: 'mira@example.com',
      isEmailVerified: true,
      tenants: [{ name: 'Acme', role: 'owner' }],
    });
    const again = { ...body, email: 'eve@example.com', token: tokenIn(api.printed[0]) };
    expect((await openBrowser(api.app).call('POST', '/v1/auth/setup', again)).status).toBe(400);
    expect((await openBrowser(api.app).call('GET', '/v1/auth')).body).toMatchObject({ isEmpty: false });
  });
});

describe('a session', () => {
  it('is a cookie that scripts and other sites do not get, and that the database does not give away', async () => {
    const browser = openBrowser(api.app);
    const { setCookies, body } = await signIn(browser, 'Mira@Example.com');
    expect(setCookies).toHaveLength(1);
    expect(setCookies[0]).toMatch(/^hub\.session_token=.*HttpOnly/i);
    expect(setCookies[0]).toMatch(/SameSite=Lax/i);
    expect(JSON.stringify(body)).not.toContain(
      browser.cookies.get('hub.session_token')?.split('.')[0] ?? '-',
    );

    const { token } = (await api.test.database.row<{ token: string }>(
      sql`select token from sessions order by created_at desc limit 1`,
    )) ?? { token: '' };
    const thief = openBrowser(api.app);
    thief.cookies.set('hub.session_token', token);
    expect(await isSignedIn(thief)).toBe(false);
  });

  it('is another at each sign-in, and the one before it ends', async () => {
    const browser = openBrowser(api.app);
    await signIn(browser, owner.email);
    const first = browser.cookies.get('hub.session_token') ?? '';
    await signIn(browser, owner.email);
    expect(browser.cookies.get('hub.session_token')).not.toBe(first);
    const old = openBrowser(api.app);
    old.cookies.set('hub.session_token', first);
    expect(await isSignedIn(old)).toBe(false);
    expect(await isSignedIn(browser)).toBe(true);
  });

  it('is gone at sign-out, for whoever copied the cookie too', async () => {
    const browser = openBrowser(api.app);
    await signIn(browser, owner.email);
    const copy = openBrowser(api.app);
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    expect((await browser.call('POST', '/v1/auth/sign-out')).status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    expect(await isSignedIn(copy)).toBe(false);
  });

  it('ends when its time is over', async () => {
    const browser = openBrowser(api.app);
    await signIn(browser, owner.email);
    await api.test.database.run(sql`
      update sessions set expires_at = now() - interval '1 second'
      where id = (select id from sessions order by created_at desc limit 1)`);
    expect(await isSignedIn(browser)).toBe(false);
  });

  it('can be seen and ended from another', async () => {
    const phone = openBrowser(api.app);
    await signIn(phone, owner.email);
    const { body } = await phone.call<{ items: { id: string; isCurrent: boolean; userAgent: string }[] }>(
      'GET',
      '/v1/me/sessions',
    );
    const current = body.items.filter(({ isCurrent }) => isCurrent);
    expect(current).toMatchObject([{ userAgent: 'A browser', ipAddress: '127.0.0.1' }]);
    expect(JSON.stringify(body)).not.toContain('token');
    expect((await owner.browser.call('DELETE', `/v1/me/sessions/${current[0]?.id}`)).status).toBe(204);
    expect(await isSignedIn(phone)).toBe(false);
    expect((await owner.browser.call('DELETE', `/v1/me/sessions/${current[0]?.id}`)).status).toBe(404);
  });

  it('is refused in the same words for a wrong password and an unknown address', async () => {
    const [wrong, unknown] = await Promise.all([
      signIn(openBrowser(api.app), owner.email, 'a wrong password'),
      signIn(openBrowser(api.app), 'nobody@example.com', 'a wrong password'),
    ]);
    expect(wrong.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
    expect(wrong.setCookies).toEqual([]);
  });

  it('takes as long to refuse an unknown address as a wrong password', async () => {
    const timeOf = async (email: string) => {
      const startedAt = performance.now();
      await signIn(openBrowser(api.app), email, 'a wrong password');
      return performance.now() - startedAt;
    };
    const [known, unknown]: [number[], number[]] = [[], []];
    for (let i = 0; i < 7; i++) {
      known.push(await timeOf(owner.email));
      unknown.push(await timeOf('nobody@example.com'));
    }
    // Both hash: without that the unknown address would answer in a tenth of the time.
    expect(Math.min(...unknown) / Math.min(...known)).toBeGreaterThan(0.5);
    expect(Math.min(...known) / Math.min(...unknown)).toBeGreaterThan(0.5);
  });
});

describe('a change by cookie', () => {
  it.each([
    ['of a foreign page', { origin: 'https://evil.example' }, 403],
    ['of a page that hides where it is from', { origin: 'null' }, 403],
    ['that nothing tells the page of', { origin: undefined }, 403],
    ['of a foreign page that sends no Origin', { origin: undefined, 'sec-fetch-site': 'cross-site' }, 403],
    ['of the hub itself', {}, 200],
  ])('%s answers %i', async (_, headers, status) => {
    expect((await owner.browser.call('PATCH', '/v1/me', { name: 'Mira' }, headers)).status).toBe(status);
  });

  it('may not even be a sign-in of a foreign page', async () => {
    const credentials = { email: owner.email, password: PASSWORD };
    const headers = { origin: 'https://evil.example' };
    const answer = await openBrowser(api.app).call('POST', '/v1/auth/sign-in', credentials, headers);
    expect(answer).toMatchObject({ status: 403, setCookies: [] });
  });

  it('is no change when a page asks beforehand from elsewhere: no origin is let in', async () => {
    const { headers } = await owner.browser.call('OPTIONS', '/v1/me', undefined, {
      origin: 'https://evil.example',
      'access-control-request-method': 'PATCH',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a password', () => {
  it('is stored as scrypt', async () => {
    const rows = await api.test.database.rows<{ password: string }>(sql`select password from accounts`);
    expect(rows.length).toBeGreaterThan(0);
    for (const { password } of rows) expect(password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
  });

  it('changes with the current one only, and ends all other sessions', async () => {
    const { browser, email } = await addMember(api, owner, 'viewer', 'changing@example.com');
    const elsewhere = openBrowser(api.app);
    await signIn(elsewhere, email);
    const change = (currentPassword: string, newPassword: string) =>
      browser.call('POST', '/v1/me/password', { currentPassword, newPassword });
    expect(await change('a wrong password', OTHER)).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'currentPassword' }] },
    });
    expect(await change(PASSWORD, 'changing@example.com')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'newPassword' }] },
    });
    const before = browser.cookies.get('hub.session_token');
    expect((await change(PASSWORD, OTHER)).status).toBe(204);
    expect(browser.cookies.get('hub.session_token')).not.toBe(before);
    expect(await isSignedIn(browser)).toBe(true);
    expect(await isSignedIn(elsewhere)).toBe(false);
    expect((await signIn(openBrowser(api.app), email)).status).toBe(401);
    expect((await signIn(openBrowser(api.app), email, OTHER)).status).toBe(200);
  });

  it('is set anew by a mailed link, once, which ends every session', async () => {
    const { browser, email } = await addMember(api, owner, 'viewer', 'forgetting@example.com');
    const visitor = openBrowser(api.app);
    const asked = await visitor.call('POST', '/v1/auth/forgot-password', { email });
    const unknown = await visitor.call('POST', '/v1/auth/forgot-password', { email: 'nobody@example.com' });
    expect(asked.status).toBe(202);
    expect({ ...unknown, headers: {} }).toEqual({ ...asked, headers: {} });

    const token = await mailedToken(api, email, 2);
    const stored = JSON.stringify(await api.test.database.rows(sql`select * from verifications`));
    expect(stored).not.toContain(token);
    const reset = (password: string) => visitor.call('POST', '/v1/auth/reset-password', { token, password });
    expect((await reset('password1234')).status).toBe(400);
    expect((await reset(OTHER)).status).toBe(204);
    expect(await reset(OTHER)).toMatchObject({ status: 400, body: { errors: [{ field: 'token' }] } });
    expect(await isSignedIn(browser)).toBe(false);
    expect((await signIn(openBrowser(api.app), email, OTHER)).status).toBe(200);
    expect(api.smtp.mails.some(({ to }) => to.includes('nobody@example.com'))).toBe(false);
  });

  it('once new, is not set again by an earlier link', async () => {
    const { browser, email } = await addMember(api, owner, 'viewer', 'twice@example.com');
    const visitor = openBrowser(api.app);
    const tokens: string[] = [];
    for (const count of [2, 3, 4]) {
      await visitor.call('POST', '/v1/auth/forgot-password', { email });
      tokens.push(await mailedToken(api, email, count));
    }
    const reset = async (token: string | undefined) =>
      (await visitor.call('POST', '/v1/auth/reset-password', { token, password: OTHER })).status;
    expect([await reset(tokens[0]), await reset(tokens[1]), await reset(tokens[2])]).toEqual([204, 400, 400]);

    await visitor.call('POST', '/v1/auth/forgot-password', { email });
    const token = await mailedToken(api, email, 5);
    await signIn(browser, email, OTHER);
    const body = { currentPassword: OTHER, newPassword: PASSWORD };
    expect((await browser.call('POST', '/v1/me/password', body)).status).toBe(204);
    expect(await reset(token)).toBe(400);
  });

  it('is not set by a link that is too old', async () => {
    const visitor = openBrowser(api.app);
    await visitor.call('POST', '/v1/auth/forgot-password', { email: owner.email });
    const token = await mailedToken(api, owner.email, 2);
    await api.test.database.run(sql`update verifications set expires_at = now() - interval '1 second'`);
    const answer = await visitor.call('POST', '/v1/auth/reset-password', { token, password: OTHER });
    expect(answer.status).toBe(400);
    expect(await isSignedIn(owner.browser)).toBe(true);
  });
});

describe('an address', () => {
  it('is confirmed by its link once, and only while it is the address', async () => {
    const { database } = api.test;
    await database.run(sql`update users set is_email_verified = false where id = ${owner.id}`);
    const ask = () => owner.browser.call('POST', '/v1/me/verification');
    const before = api.smtp.mails.filter(({ to }) => to.includes(owner.email)).length;
    expect((await ask()).status).toBe(202);
    const token = await mailedToken(api, owner.email, before + 1);
    const verify = () => openBrowser(api.app).call('POST', '/v1/auth/verify-email', { token });
    expect((await verify()).status).toBe(204);
    expect((await verify()).status).toBe(400);
    expect((await owner.browser.call('GET', '/v1/me')).body).toMatchObject({ isEmailVerified: true });
    expect((await ask()).status).toBe(409);
  });
});

describe('an invitation', () => {
  const invite = (email: string, role = 'developer', browser = owner.browser) =>
    browser.call<{ id: string }>('POST', `/v1/tenants/${owner.tenantId}/invitations`, { email, role });
  const accept = (body: object, browser = openBrowser(api.app)) =>
    browser.call('POST', '/v1/auth/accept-invitation', body);
  const newcomer = { name: 'Ben', password: PASSWORD };

  it('shows what it is, lets somebody new in once, and is stored as a digest', async () => {
    expect((await invite('ben@example.com')).status).toBe(201);
    const token = await mailedToken(api, 'ben@example.com');
    const shown = await openBrowser(api.app).call('POST', '/v1/auth/invitation', { token });
    expect(shown.body).toMatchObject({
      tenantName: 'Acme',
      email: 'ben@example.com',
      role: 'developer',
      hasAccount: false,
    });
    const row = await api.test.database.row<{ hash: Buffer }>(
      sql`select token_hash as hash from invitations where email = 'ben@example.com'`,
    );
    expect(row?.hash).toEqual(createHash('sha256').update(token).digest());

    expect(await accept({ token })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'name' }, { field: 'password' }] },
    });
    expect((await accept({ token, ...newcomer, password: 'ben@example.com' })).status).toBe(400);
    const both = await Promise.all([accept({ token, ...newcomer }), accept({ token, ...newcomer })]);
    expect(both.filter(({ status }) => status === 200)).toHaveLength(1);
    expect((await accept({ token, ...newcomer })).status).toBe(404);
    expect((await invite('ben@example.com')).status).toBe(409);
  });

  it('asks whoever has an account to sign in as that person', async () => {
    const other = openBrowser(api.app);
    await signIn(other, 'ben@example.com');
    const { body: tenant } = await owner.browser.call<{ id: string }>('POST', '/v1/tenants', {
      name: 'Second',
    });
    await owner.browser.call('POST', `/v1/tenants/${tenant.id}/invitations`, {
      email: 'ben@example.com',
      role: 'viewer',
    });
    const token = await mailedToken(api, 'ben@example.com', 2);
    expect((await accept({ token, ...newcomer })).status).toBe(409);
    expect((await accept({ token }, owner.browser)).status).toBe(409);
    expect(await accept({ token }, other)).toMatchObject({
      status: 200,
      body: {
        tenants: [
          { name: 'Acme', role: 'developer' },
          { name: 'Second', role: 'viewer' },
        ],
      },
    });
  });

  it('no longer works once it was withdrawn, replaced or is too old', async () => {
    const tokens: string[] = [];
    for (let i = 1; i <= 3; i++) {
      const { body } = await invite('late@example.com');
      tokens.push(await mailedToken(api, 'late@example.com', i));
      if (i === 2) await owner.browser.call('DELETE', `/v1/tenants/${owner.tenantId}/invitations/${body.id}`);
    }
    await api.test.database.run(
      sql`update invitations set expires_at = now() where email = 'late@example.com'`,
    );
    for (const token of tokens) expect((await accept({ token, ...newcomer })).status).toBe(404);
  });

  it('is not made where no mail can be sent, and none is left behind', async () => {
    api.smtp.refuseWith = 550;
    expect((await invite('refused@example.com')).status).toBe(503);
    api.smtp.refuseWith = undefined;
    const { body } = await owner.browser.call<{ items: { email: string }[] }>(
      'GET',
      `/v1/tenants/${owner.tenantId}/invitations`,
    );
    expect(body.items.map(({ email }) => email)).not.toContain('refused@example.com');
  });

  it('waits until the inviting person has confirmed their own address', async () => {
    const admin = await addMember(api, owner, 'admin', 'unconfirmed@example.com');
    await api.test.database.run(sql`update users set is_email_verified = false where id = ${admin.id}`);
    expect((await invite('somebody@example.com', 'viewer', admin.browser)).status).toBe(403);
  });
});

describe('a hub on https', () => {
  it('sets cookies that go over https alone, and prints its own address', async () => {
    const secure = await startApi(inject('databaseUrl'), 2_000, { PUBLIC_URL: 'https://hub.test' });
    expect(secure.printed[0]).toContain('https://hub.test/setup#token=');
    const { browser } = await setUpOwner(secure, 'mira@example.com', 'https://hub.test');
    const { setCookies } = await signIn(browser, 'mira@example.com');
    expect(setCookies).toMatchObject([expect.stringMatching(/^__Secure-hub\.session_token=.*; Secure/)]);
    expect(await isSignedIn(browser)).toBe(true);
    await secure.close();
  });
});
