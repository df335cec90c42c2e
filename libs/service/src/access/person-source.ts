import type { AuthenticatedRequest, PersonPrincipal } from './principal.ts';
import type { Role } from './permissions.ts';

/** What a person is in a tenant. */
export interface Membership {
  tenantId: string;
  role: Role;
}

/** Where the guard asks about people. An API that takes API keys alone provides none. */
export abstract class PersonSource {
  /** The person whose session the request's cookie names. */
  abstract signedIn(request: AuthenticatedRequest): Promise<PersonPrincipal | undefined>;
  /** What the person is in a tenant, or in the tenant of a project; undefined where they are no member. */
  abstract membership(
    userId: string,
    where: { tenantId: string } | { projectId: string },
  ): Promise<Membership | undefined>;
  /** Refuses, by throwing, a request that a page of somebody else's may have caused. */
  abstract requireOwnPage(request: AuthenticatedRequest, isSignedIn: boolean): void;
}
