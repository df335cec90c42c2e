import { expect } from 'vitest';
import type { TestApi } from './admin-api.ts';
import { openBrowser, type TestBrowser } from './http-browser.ts';
import { eventually } from './eventually.ts';

/** A person who is signed in. */
export interface TestPerson {
  browser: TestBrowser;
  id: string;
  email: string;
  password: string;
}

interface MeAnswer {
  id: string;
  tenants: { id: string; name: string; role: string; permissions: string[] }[];
}

export const PASSWORD = 'Regenschirm am Dienstag';

/** The token of the link that a text holds. */
export function tokenIn(text: string | undefined): string {
  return /#token=([\w-]+)/.exec(text ?? '')?.[1] ?? '';
}

/** The token of the latest mail to an address, once it came. */
export async function mailedToken(api: TestApi, to: string, count = 1): Promise<string> {
  return eventually(() => {
    const mails = api.smtp.mails.filter((mail) => mail.to.includes(to));
    expect(mails.length).toBeGreaterThanOrEqual(count);
    return Promise.resolve(tokenIn(mails.at(-1)?.text));
  });
}

/** Makes the first person of an empty hub, with a confirmed address. */
export async function setUpOwner(api: TestApi, email = 'mira@example.com', origin?: string) {
  const browser = openBrowser(api.app, origin);
  const { status, body } = await browser.call<MeAnswer>('POST', '/v1/auth/setup', {
    token: tokenIn(api.printed.at(-1)),
    tenantName: 'Acme',
    name: 'Mira',
    email,
    password: PASSWORD,
  });
  expect(status).toBe(201);
  await browser.call('POST', '/v1/auth/verify-email', { token: await mailedToken(api, email) });
  return { browser, id: body.id, email, password: PASSWORD, tenantId: body.tenants[0]?.id ?? '' };
}

/** Has `owner` invite somebody, who accepts. */
export async function addMember(
  api: TestApi,
  owner: { browser: TestBrowser; tenantId: string },
  role: string,
  email = `${role}@example.com`,
): Promise<TestPerson> {
  const invited = await owner.browser.call('POST', `/v1/tenants/${owner.tenantId}/invitations`, {
    email,
    role,
  });
  expect(invited).toMatchObject({ status: 201 });
  const browser = openBrowser(api.app);
  const token = await mailedToken(api, email);
  const joined = { token, name: `The ${role}`, password: PASSWORD };
  const { status, body } = await browser.call<MeAnswer>('POST', '/v1/auth/accept-invitation', joined);
  expect(status).toBe(200);
  return { browser, id: body.id, email, password: PASSWORD };
}
