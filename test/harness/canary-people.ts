import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { expectAnswer, type CanaryHub } from './canary-hub.ts';
import { eventually } from './eventually.ts';
import { tokenIn } from './people.ts';

const EMAIL = 'mira@example.com';
const AUTH = '/v1/auth';

/** What the later parts of the story go on with. */
export interface CanaryTenant {
  tenantId: string;
  projectId: string;
}

const newPassword = ({ plant }: CanaryHub, name: string) =>
  plant(name, `Kanarienvogel-${randomBytes(9).toString('hex')}`);

/** The token of the newest mail to somebody. */
async function mailed(canaries: CanaryHub, name: string, to: string, count: number): Promise<string> {
  const { smtp, plant } = canaries;
  const mail = await eventually(() => {
    const mails = smtp.mails.filter((each) => each.to.includes(to));
    expect(mails).toHaveLength(count);
    return mails.at(-1);
  });
  return plant(name, tokenIn(mail?.text), /^mail$/);
}

function plantSession({ session, plant }: CanaryHub, name: string): void {
  const [, value = ''] = /session_token=([^;]+)/.exec(session.cookie) ?? [];
  plant(name, decodeURIComponent(value));
}

/** The first person comes in, confirms their address, and makes a project with a key. */
export async function comeIn(canaries: CanaryHub): Promise<CanaryTenant> {
  const { output, plant, key } = canaries;
  // Whoever starts the hub is shown the link there, and nobody afterwards.
  const token = plant('the setup token', tokenIn(Buffer.concat(output).toString()), /^output$/);
  const password = newPassword(canaries, 'the first password');
  const who = { token, tenantName: 'Acme', name: 'Mira', email: EMAIL };
  await expectAnswer(canaries, 400, 'POST', `${AUTH}/setup`, { ...who, password: 'canary' });
  const { json } = await expectAnswer(canaries, 201, 'POST', `${AUTH}/setup`, { ...who, password });
  plantSession(canaries, 'the first session');
  await expectAnswer(canaries, 400, 'POST', `${AUTH}/setup`, { ...who, password });
  const verification = await mailed(canaries, 'the verification token', EMAIL, 1);
  await expectAnswer(canaries, 204, 'POST', `${AUTH}/verify-email`, { token: verification });
  await expectAnswer(canaries, 400, 'POST', `${AUTH}/verify-email`, { token: verification });
  const [{ id: tenantId }] = json['tenants'] as [{ id: string }];
  const project = await expectAnswer(
    canaries,
    201,
    'POST',
    `/v1/tenants/${tenantId}/projects`,
    { name: 'Shop' },
    { as: 'person' },
  );
  const projectId = String(project.json['id']);
  const made = await expectAnswer(
    canaries,
    201,
    'POST',
    `/v1/projects/${projectId}/api-keys`,
    { name: 'ci' },
    { as: 'person', isShowing: true },
  );
  key.value = plant('the API key', String(made.json['key']));
  return { tenantId, projectId };
}

/** Passwords are forgotten, reset, changed and wrong; somebody is invited; somebody comes by single sign-on. */
export async function liveOn(canaries: CanaryHub, { tenantId }: CanaryTenant): Promise<void> {
  const person = { as: 'person' } as const;
  const post = (status: number, path: string, body?: object) =>
    expectAnswer(canaries, status, 'POST', path, body, person);
  await post(202, `${AUTH}/forgot-password`, { email: EMAIL });
  const reset = await mailed(canaries, 'the reset token', EMAIL, 2);
  const second = newPassword(canaries, 'the second password');
  await post(400, `${AUTH}/reset-password`, { token: reset, password: 'short' });
  await post(204, `${AUTH}/reset-password`, { token: reset, password: second });
  await post(400, `${AUTH}/reset-password`, { token: reset, password: second });
  await expectAnswer(canaries, 401, 'GET', '/v1/me', undefined, person);
  const wrong = newPassword(canaries, 'a wrong password');
  await post(401, `${AUTH}/sign-in`, { email: EMAIL, password: wrong });
  await post(401, `${AUTH}/sign-in`, { email: 'nobody@example.com', password: wrong });
  await post(400, `${AUTH}/sign-in`, { email: wrong, password: [wrong] });
  await post(200, `${AUTH}/sign-in`, { email: EMAIL, password: second });
  plantSession(canaries, 'the second session');
  const third = newPassword(canaries, 'the third password');
  await post(400, '/v1/me/password', { currentPassword: wrong, newPassword: third });
  await post(204, '/v1/me/password', { currentPassword: second, newPassword: third });
  plantSession(canaries, 'the third session');
  const owner = canaries.session.cookie;
  await post(201, `/v1/tenants/${tenantId}/invitations`, { email: 'ben@example.com', role: 'viewer' });
  const invitation = await mailed(canaries, 'the invitation token', 'ben@example.com', 1);
  await post(200, `${AUTH}/invitation`, { token: invitation });
  const joining = { token: invitation, name: 'Ben', password: newPassword(canaries, 'the guest password') };
  await post(400, `${AUTH}/accept-invitation`, { ...joining, password: 'ben@example.com' });
  canaries.session.cookie = '';
  await post(200, `${AUTH}/accept-invitation`, joining);
  plantSession(canaries, 'the session of the guest');
  await post(404, `${AUTH}/accept-invitation`, joining);
  await post(204, `${AUTH}/sign-out`);
  canaries.session.cookie = owner;
  await post(201, `/v1/tenants/${tenantId}/invitations`, { email: 'sso@example.com', role: 'viewer' });
  await mailed(canaries, 'the second invitation token', 'sso@example.com', 1);
  await signInElsewhere(canaries);
  canaries.session.cookie = owner;
}

/** By single sign-on: refused with a code that never was, then done. */
async function signInElsewhere(canaries: CanaryHub): Promise<void> {
  const { provider, plant, session } = canaries;
  const callback = `${AUTH}/callback/single-sign-on`;
  const code = plant('a wrong code');
  await expectAnswer(canaries, 302, 'GET', `${callback}?code=${code}&state=x`, undefined, { as: 'nobody' });
  session.cookie = '';
  const started = await expectAnswer(canaries, 302, 'GET', `${AUTH}/single-sign-on`, undefined, {
    as: 'nobody',
    isShowing: true,
  });
  const back = await provider.follow(started.headers.get('location') ?? '');
  plant('the code of the provider', back.searchParams.get('code') ?? '');
  await expectAnswer(canaries, 302, 'GET', `${back.pathname}${back.search}`, undefined, { as: 'person' });
  plantSession(canaries, 'the session of single sign-on');
  await expectAnswer(canaries, 200, 'GET', '/v1/me', undefined, { as: 'person' });
}
