import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { requireSession } from '../account/require-session.ts';
import { parseAuditFilters } from '../audit/audit-filters.ts';
import { rootRoute } from '../shell/root-route.ts';

const settings = createRoute({
  getParentRoute: () => rootRoute,
  id: 'settings',
  beforeLoad: requireSession,
  component: lazyRouteComponent(() => import('../shell/settings-shell.tsx'), 'SettingsShell'),
});
const getParentRoute = () => settings;

// Written into addChildren itself, routes would take their types from it, and lose their own.
const pages = [
  createRoute({
    getParentRoute,
    path: '/profile',
    component: lazyRouteComponent(() => import('../profile/profile-page.tsx'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tenants/$tenantId',
    component: lazyRouteComponent(() => import('../tenants/tenant-page.tsx'), 'TenantPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tenants/$tenantId/members',
    component: lazyRouteComponent(() => import('../members/members-page.tsx'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/tenants/$tenantId/audit-log',
    validateSearch: parseAuditFilters,
    component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
  }),
] as const;

/** The pages that belong to no project. */
export const settingsRoutes = settings.addChildren(pages);
