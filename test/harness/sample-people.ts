import { expect } from 'vitest';
import { v7 as uuidV7 } from 'uuid';
import { hashPassword } from '#identity';
import { PersonStore } from '../../apps/cli/src/person.store.ts';
import type { Flow, Shop } from './flow.ts';
import { PASSWORD } from './people.ts';

/** Somebody who signs in to the dashboard. */
export interface SamplePerson {
  email: string;
  password: string;
}

/** Calls the API as somebody who is signed in. */
export type PersonCall = <T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
) => Promise<T>;

const FIREFOX = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 15.1; rv:140.0) Gecko/20100101 Firefox/140.0';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1';

/** The members of a sample tenant, one a role. The first is its owner. */
const PEOPLE = [
  { name: 'Mira Lind', role: 'owner' },
  { name: 'Jonas Weber', role: 'admin' },
  { name: 'Priya Shah', role: 'developer' },
  { name: 'Sam Okoro', role: 'viewer' },
];

/** Makes the members of a shop's tenant. */
export async function addPeople(flow: Flow, { tenantId }: Shop): Promise<Record<string, SamplePerson>> {
  const passwordHash = await hashPassword(PASSWORD);
  const people = new PersonStore(flow.hub.database);
  const made: Record<string, SamplePerson> = {};
  for (const { name, role } of PEOPLE) {
    const [first = ''] = name.toLowerCase().split(' ');
    const email = `${first}@example.com`;
    await people.put({ id: uuidV7(), email, name, passwordHash, tenantId, role });
    made[role] = { email, password: PASSWORD };
  }
  return made;
}

/** Signs in by the API, as a browser of that name would. */
export async function signIn(flow: Flow, person: SamplePerson, userAgent = FIREFOX): Promise<PersonCall> {
  const headers = { origin: flow.url, 'user-agent': userAgent, 'content-type': 'application/json' };
  const answer = await fetch(`${flow.url}/v1/auth/sign-in`, {
    method: 'POST',
    headers,
    body: JSON.stringify(person),
  });
  expect(answer.status).toBe(200);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const { 'content-type': type, ...bare } = { ...headers, cookie };
  return async <T>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${flow.url}${path}`, {
      method,
      headers: body === undefined ? bare : { ...bare, 'content-type': type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect([path, response.status < 300]).toEqual([path, true]);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}

/** What a company leaves behind in a while: names, keys, an invitation, sessions, and so an audit log. */
export async function liveALittle(flow: Flow, shop: Shop, owner: SamplePerson): Promise<{ viewer: string }> {
  const { tenantId, projectId } = shop;
  const call = await signIn(flow, owner);
  await signIn(flow, owner, PHONE);
  await call('PATCH', `/v1/tenants/${tenantId}`, { name: 'Sample Shop Ltd' });
  await call('PATCH', `/v1/projects/${projectId}`, { name: 'shop.example.com' });
  await call('POST', `/v1/tenants/${tenantId}/projects`, { name: 'blog.example.com' });
  const keys = `/v1/projects/${projectId}/api-keys`;
  await call('POST', keys, { name: 'checkout service', scopes: ['events:write'] });
  const { id } = await call<{ id: string }>('POST', keys, { name: 'old importer' });
  await call('DELETE', `${keys}/${id}`);
  const viewer = 'lena@example.com';
  await call('POST', `/v1/tenants/${tenantId}/invitations`, { email: viewer, role: 'viewer' });
  return { viewer };
}
