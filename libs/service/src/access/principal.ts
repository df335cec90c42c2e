import type { RateLimits } from '../limits/rate-limits.ts';
import { problem } from '../problem.ts';
import type { Permission, Role } from './permissions.ts';

/** An API key that makes a request. */
export interface KeyPrincipal {
  kind: 'api-key';
  keyId: string;
  name: string;
  tenantId: string;
  projectId: string;
  scopes: readonly string[];
}

/** A signed-in person that makes a request. */
export interface PersonPrincipal {
  kind: 'person';
  userId: string;
  sessionId: string;
  name: string;
  email: string;
  isEmailVerified: boolean;
}

/** Who makes a request: an API key of a project, or a person who is signed in. */
export type Principal = KeyPrincipal | PersonPrincipal;

/** What the guard found out about a request. */
export interface Access {
  principal: Principal;
  /** Everything that it may do where the request leads. */
  permissions: ReadonlySet<Permission>;
  /** The tenant that the request is about; none where it is about the person alone. */
  tenantId?: string;
  projectId?: string;
  /** What the person is in that tenant. */
  role?: Role;
}

/** What the guard reads of a Fastify request, and what it adds. */
export interface AuthenticatedRequest {
  method: string;
  ip: string;
  /** http or https, as a trusted proxy says or the connection is. */
  protocol: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  params?: { projectId?: string; tenantId?: string };
  access?: Access;
  /** Asks anew whether it may pass, for answers that last; throws as the guard does when it no longer may. */
  admitAgain?: () => Promise<Access>;
  body?: unknown;
  /** Counts what the credential does; none where nothing is limited. */
  limits?: RateLimits;
}

/** What the guard found; for handlers behind it. */
export function accessOf({ access }: AuthenticatedRequest): Access {
  if (access === undefined) throw unauthorized();
  return access;
}

/** The project that a request is about, and its tenant. */
export function projectOf(request: AuthenticatedRequest): { tenantId: string; projectId: string } {
  const { tenantId, projectId } = accessOf(request);
  if (tenantId === undefined || projectId === undefined) throw forbidden();
  return { tenantId, projectId };
}

/** The tenant that a request is about. */
export function tenantOf(request: AuthenticatedRequest): string {
  const { tenantId } = accessOf(request);
  if (tenantId === undefined) throw forbidden();
  return tenantId;
}

/** The person that makes a request. */
export function personOf(request: AuthenticatedRequest): PersonPrincipal {
  const { principal } = accessOf(request);
  if (principal.kind !== 'person') throw forbidden();
  return principal;
}

// One body for a missing, an unknown and a revoked credential: the answer must not tell which once existed.
export const unauthorized = () =>
  problem(401, 'A valid API key is required, Authorization: Bearer thk_…, or a session.');

export const forbidden = (permission?: Permission) =>
  problem(
    403,
    permission === undefined
      ? 'This credential is not allowed to do that.'
      : `This credential is not allowed to do that: it lacks ${permission}.`,
  );
