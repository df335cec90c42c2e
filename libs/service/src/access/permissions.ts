/** What a member of a tenant can be, from the most to the least powerful. */
export const ROLES = ['owner', 'admin', 'developer', 'viewer'] as const;

/** One of `ROLES`. */
export type Role = (typeof ROLES)[number];

interface Grant {
  /** What it allows, as a page says it. */
  allows: string;
  /** Roles of a tenant's members that have it. */
  roles: readonly Role[];
  /** Whether an API key can have it, as a scope of the same name. */
  isScope: boolean;
}

const EVERYONE = ROLES;
const BUILDERS: readonly Role[] = ['owner', 'admin', 'developer'];
const ADMINS: readonly Role[] = ['owner', 'admin'];

/**
 * Everything that may be allowed or forbidden, and to whom: the only place that says so. Each route names one of
 * these, and docs/permissions.md is generated from them.
 */
export const PERMISSIONS = {
  'events:write': { allows: 'publish events', roles: [], isScope: true },
  'events:read': { allows: 'see events and their bodies', roles: EVERYONE, isScope: true },
  'webhooks:read': { allows: 'see webhooks', roles: EVERYONE, isScope: true },
  'webhooks:write': {
    allows: 'create, change, test, enable, disable and delete webhooks; rotate their secrets',
    roles: BUILDERS,
    isScope: true,
  },
  'deliveries:read': { allows: 'see deliveries and their attempts', roles: EVERYONE, isScope: true },
  'deliveries:write': {
    allows: 'send deliveries again, one by one or by a replay',
    roles: BUILDERS,
    isScope: true,
  },
  'projects:read': { allows: 'see the projects of a tenant', roles: EVERYONE, isScope: false },
  'projects:write': { allows: 'create and rename projects', roles: ADMINS, isScope: false },
  'projects:delete': {
    allows: 'delete projects with all that they hold',
    roles: ADMINS,
    isScope: false,
  },
  'visitors:erase': {
    allows: 'erase what is stored of a visitor; see how far erasures are',
    roles: ADMINS,
    isScope: true,
  },
  'keys:read': { allows: 'see API keys, by their first characters', roles: BUILDERS, isScope: false },
  'keys:write': { allows: 'create and revoke API keys', roles: BUILDERS, isScope: false },
  'members:read': { allows: 'see members and invitations', roles: EVERYONE, isScope: false },
  'members:write': {
    allows: 'invite people, change roles, remove members; only owners make and unmake owners',
    roles: ADMINS,
    isScope: false,
  },
  'tenant:read': { allows: 'see the tenant', roles: EVERYONE, isScope: false },
  'tenant:write': { allows: 'rename the tenant', roles: ADMINS, isScope: false },
  'tenant:delete': { allows: 'delete the tenant with all that it holds', roles: ['owner'], isScope: false },
  'audit:read': { allows: 'read the audit log', roles: ADMINS, isScope: false },
} as const satisfies Record<string, Grant>;

/** One of `PERMISSIONS`. */
export type Permission = keyof typeof PERMISSIONS;

const grants = Object.entries(PERMISSIONS) as [Permission, Grant][];

/** The permissions that an API key can have. */
export const SCOPES: readonly Permission[] = grants.flatMap(([name, { isScope }]) => (isScope ? [name] : []));

/** Stands for every scope there is and will be. */
export const ALL_SCOPES = '*';

/** What a member with this role may do. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return new Set(grants.flatMap(([name, { roles }]) => (roles.includes(role) ? [name] : [])));
}

/** What an API key with these scopes may do. A scope that no longer exists allows nothing. */
export function permissionsOfScopes(scopes: readonly string[]): ReadonlySet<Permission> {
  if (scopes.includes(ALL_SCOPES)) return new Set(SCOPES);
  return new Set(SCOPES.filter((scope) => scopes.includes(scope)));
}
