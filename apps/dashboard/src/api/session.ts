import { queryOptions } from '@tanstack/react-query';
import { allPages } from './all-pages.ts';
import { answerOf, api } from './client.ts';

const KEPT_MS = 60_000;

/** Who is signed in, and where they are a member. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => answerOf(api.GET('/v1/me', {})),
  staleTime: KEPT_MS,
});

/** What the page to sign in has to offer. */
export const signInQuery = queryOptions({
  queryKey: ['auth'],
  queryFn: () => answerOf(api.GET('/v1/auth', {})),
  staleTime: KEPT_MS,
});

/** All projects of a tenant. */
export const projectsQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['tenant', tenantId, 'projects'],
    queryFn: () =>
      allPages((page) =>
        answerOf(api.GET('/v1/tenants/{tenantId}/projects', { params: { path: { tenantId }, query: page } })),
      ),
    staleTime: KEPT_MS,
  });

/** One project, with the tenant that it belongs to. */
export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'self'],
    queryFn: () => answerOf(api.GET('/v1/projects/{projectId}', { params: { path: { projectId } } })),
    staleTime: KEPT_MS,
  });
