import type { Role } from '../api/types.ts';

/** What each role is for, from the most to the least powerful. */
export const ROLES: Readonly<Record<Role, { label: string; description: string }>> = {
  owner: { label: 'Owner', description: 'Everything, and who else is an owner' },
  admin: { label: 'Admin', description: 'Everything but making owners and deleting the company' },
  developer: { label: 'Developer', description: 'Webhooks, deliveries and API keys' },
  viewer: { label: 'Viewer', description: 'Looks at everything, changes nothing' },
};

/** Roles to choose from; only owners make owners. */
export function roleOptions(own: Role | undefined): { value: Role; label: string }[] {
  const all = Object.entries(ROLES) as [Role, { label: string }][];
  return all
    .filter(([role]) => role !== 'owner' || own === 'owner')
    .map(([value, { label }]) => ({ value, label }));
}
