import type { Permission } from './permissions.ts';

/**
 * Who may call a route: whoever has a permission where the route leads, any key or person, any person (about
 * themselves), or everybody.
 */
export type AccessRule = Permission | 'credential' | 'person' | 'public';

/** Where a route keeps its rule. */
export const ACCESS_RULE = 'hub:access-rule';
