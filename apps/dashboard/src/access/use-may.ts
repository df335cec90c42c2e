import { useQuery } from '@tanstack/react-query';
import { meQuery, projectQuery } from '../api/session.ts';
import type { Membership, Permission } from '../api/types.ts';

type May = (permission: Permission) => boolean;

/** The person's place in a tenant; undefined until it is known, and for who has none. */
export function useMembership(tenantId: string | undefined): Membership | undefined {
  const { data: me } = useQuery(meQuery);
  return me?.tenants.find(({ id }) => id === tenantId);
}

/** Whether the person's role in a tenant allows something. The API decides; this only spares them the refusal. */
export function useMayInTenant(tenantId: string | undefined): May {
  const membership = useMembership(tenantId);
  return (permission) => membership?.permissions.includes(permission) ?? false;
}

/** The person's place in the tenant that a project belongs to. */
export function useMembershipOf(projectId: string): Membership | undefined {
  const { data: project } = useQuery(projectQuery(projectId));
  return useMembership(project?.tenantId);
}

/** Whether the person's role allows something in a project. */
export function useMay(projectId: string): May {
  const membership = useMembershipOf(projectId);
  return (permission) => membership?.permissions.includes(permission) ?? false;
}
