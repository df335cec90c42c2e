import { expect } from 'vitest';
import { v7 as uuidV7 } from 'uuid';
import type { Database } from '#database';
import { hashPassword } from '#identity';
import { PersonStore } from '../../apps/cli/src/person.store.ts';
import { PASSWORD } from './people.ts';

/** Makes an owner of a tenant who signs in at a running hub. @returns the headers of their browser */
export async function signInAsOwner(
  database: Database,
  url: string,
  tenantId: string,
): Promise<{ cookie: string; origin: string }> {
  const id = uuidV7();
  const email = `${id}@example.com`;
  const passwordHash = await hashPassword(PASSWORD);
  await new PersonStore(database).put({ id, email, name: 'Mira', passwordHash, tenantId, role: 'owner' });
  const answer = await fetch(`${url}/v1/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  expect(answer.status).toBe(200);
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
  return { cookie: cookies.join('; '), origin: url };
}
