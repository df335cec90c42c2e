import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { AuditFilters } from '../audit/audit-filters.ts';
import { answerOf, api } from './client.ts';

const PAGE = 50;

/** Where the person is signed in. */
export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => answerOf(api.GET('/v1/me/sessions', {})),
});

/** The members of a tenant. */
export const membersQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['tenant', tenantId, 'members'],
    queryFn: () => answerOf(api.GET('/v1/tenants/{tenantId}/members', { params: { path: { tenantId } } })),
  });

/** The invitations into a tenant that can still be accepted. */
export const invitationsQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['tenant', tenantId, 'invitations'],
    queryFn: () =>
      answerOf(api.GET('/v1/tenants/{tenantId}/invitations', { params: { path: { tenantId } } })),
  });

/** The API keys of a project, revoked ones too. */
export const apiKeysQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'api-keys'],
    queryFn: () =>
      answerOf(api.GET('/v1/projects/{projectId}/api-keys', { params: { path: { projectId } } })),
  });

/** Who did what in a tenant, page by page. */
export const auditLogQuery = (tenantId: string, filters: AuditFilters) =>
  infiniteQueryOptions({
    queryKey: ['tenant', tenantId, 'audit-log', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/v1/tenants/{tenantId}/audit-log', {
          params: { path: { tenantId }, query: { ...filters, limit: PAGE, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
