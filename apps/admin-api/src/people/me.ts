import { permissionsOf, problem, type Permission } from '#service';
import type { MembershipRow, PersonRow, PersonStore } from './person.store.ts';

/** A person with the tenants that they are in, as the API shows them to themselves. */
export interface Me extends PersonRow {
  tenants: (MembershipRow & { permissions: Permission[] })[];
}

/** The person with this id. */
export async function findMe(persons: PersonStore, userId: string): Promise<Me> {
  const [person, tenants] = await Promise.all([persons.find(userId), persons.tenants(userId)]);
  if (person === undefined) throw problem(401, 'This person no longer exists.');
  return {
    ...person,
    tenants: tenants.map((tenant) => ({ ...tenant, permissions: [...permissionsOf(tenant.role)] })),
  };
}
