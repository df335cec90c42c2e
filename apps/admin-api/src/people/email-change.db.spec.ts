import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../../test/harness/admin-api.ts';
import { eventually } from '../../../../test/harness/eventually.ts';
import { openBrowser } from '../../../../test/harness/http-browser.ts';
import { addMember, mailedToken, PASSWORD, setUpOwner } from '../../../../test/harness/people.ts';

let api: TestApi;
let owner: Awaited<ReturnType<typeof setUpOwner>>;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  owner = await setUpOwner(api);
});
afterAll(() => api?.close());

interface Entry {
  action: string;
  actor: { kind: string; name: string | null };
  ipAddress: string | null;
  object: { id: string; name: string };
  before: object | null;
  after: object | null;
}

async function logged(action: string, objectId: string): Promise<Entry[]> {
  const path = `/v1/tenants/${owner.tenantId}/audit-log?action=${action}&objectId=${objectId}`;
  return (await owner.browser.call<{ items: Entry[] }>('GET', path)).body.items;
}

const verify = (token: string) => openBrowser(api.app).call('POST', '/v1/auth/verify-email', { token });
const signIn = async (email: string, password = PASSWORD) =>
  (await openBrowser(api.app).call('POST', '/v1/auth/sign-in', { email, password })).status;
const mailsTo = (email: string) => api.smtp.mails.filter(({ to }) => to.includes(email));

describe('the address of a person', () => {
  it('changes once the new one is proven, and the old one is told', async () => {
    const member = await addMember(api, owner, 'viewer', 'old@example.com');
    const ask = (body: object) => member.browser.call('POST', '/v1/me/email', body);
    expect(await ask({ email: 'new@example.com', password: 'Wrong password here' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'password', rule: 'is wrong' }] },
    });
    expect((await ask({ email: 'OLD@example.com', password: PASSWORD })).status).toBe(409);
    expect((await ask({ email: 'New@Example.com', password: PASSWORD })).status).toBe(202);
    const token = await mailedToken(api, 'new@example.com');
    expect((await member.browser.call('GET', '/v1/me')).body).toMatchObject({ email: 'old@example.com' });
    expect((await verify(token)).status).toBe(204);
    expect((await verify(token)).status).toBe(400);
    expect((await member.browser.call('GET', '/v1/me')).body).toMatchObject({
      email: 'new@example.com',
      isEmailVerified: true,
    });
    expect([await signIn('old@example.com'), await signIn('new@example.com')]).toEqual([401, 200]);
    await eventually(() => {
      expect(mailsTo('old@example.com').at(-1)?.text).toContain(
        'You now sign in to Ttoolab Hub as new@example.com',
      );
    });
    expect(await logged('person.changed', member.id)).toMatchObject([
      {
        actor: { kind: 'person', name: 'old@example.com' },
        ipAddress: '127.0.0.1',
        object: { id: member.id, name: 'new@example.com' },
        before: { email: 'old@example.com' },
        after: { email: 'new@example.com' },
      },
    ]);
  });

  it('does not become that of somebody else, and nobody learns whose it is', async () => {
    const member = await addMember(api, owner, 'viewer', 'envious@example.com');
    const asked = await member.browser.call('POST', '/v1/me/email', {
      email: owner.email,
      password: PASSWORD,
    });
    expect(asked).toMatchObject({ status: 202, body: {} });
    const token = await mailedToken(api, owner.email, 2);
    expect((await verify(token)).status).toBe(409);
    expect((await member.browser.call('GET', '/v1/me')).body).toMatchObject({ email: member.email });
  });

  it('is not changed by a link from before a new password, nor links to the old one work afterwards', async () => {
    const member = await addMember(api, owner, 'viewer', 'hijacked@example.com');
    await member.browser.call('POST', '/v1/me/email', { email: 'thief@example.com', password: PASSWORD });
    const stolen = await mailedToken(api, 'thief@example.com');
    const next = 'Gewitter am Mittwochabend';
    const change = { currentPassword: PASSWORD, newPassword: next };
    expect((await member.browser.call('POST', '/v1/me/password', change)).status).toBe(204);
    expect((await verify(stolen)).status).toBe(400);

    await openBrowser(api.app).call('POST', '/v1/auth/forgot-password', { email: member.email });
    const reset = await mailedToken(api, member.email, 2);
    await member.browser.call('POST', '/v1/me/email', { email: 'moved@example.com', password: next });
    expect((await verify(await mailedToken(api, 'moved@example.com'))).status).toBe(204);
    const body = { token: reset, password: 'Schneefall am Donnerstag' };
    expect((await openBrowser(api.app).call('POST', '/v1/auth/reset-password', body)).status).toBe(400);
  });
});

describe('the audit log', () => {
  it('tells who changed their name', async () => {
    const member = await addMember(api, owner, 'viewer', 'named@example.com');
    await member.browser.call('PATCH', '/v1/me', { name: 'Noor' });
    await member.browser.call('PATCH', '/v1/me', { name: 'Noor' });
    expect(await logged('person.changed', member.id)).toMatchObject([
      {
        actor: { kind: 'person', name: 'named@example.com' },
        before: { name: 'The viewer' },
        after: { name: 'Noor' },
      },
    ]);
  });

  it('tells of sign-ins that failed, once a minute for each address they come from', async () => {
    const member = await addMember(api, owner, 'viewer', 'guessed@example.com');
    for (let n = 0; n < 3; n += 1) expect(await signIn(member.email, 'Not the password at all')).toBe(401);
    expect(await signIn('nobody@example.com', 'Not the password at all')).toBe(401);
    await eventually(async () => {
      expect(await logged('person.sign_in_refused', member.id)).toMatchObject([
        {
          actor: { kind: 'hub' },
          ipAddress: '127.0.0.1',
          object: { name: member.email },
          before: null,
          after: null,
        },
      ]);
    });
  });
});
