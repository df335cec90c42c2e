import { queryOptions } from '@tanstack/react-query';
import { toProblem } from './client.ts';

/** A person, and the tenants that they are a member of. */
export interface Me {
  id: string;
  name: string;
  email: string;
  isEmailVerified: boolean;
  tenants: { id: string; name: string; role: Role; permissions: string[] }[];
}

export type Role = 'owner' | 'admin' | 'developer' | 'viewer';

export interface Project {
  id: string;
  tenantId: string;
  name: string;
  createdAt: string;
}

/** Calls the API by path. @throws ApiProblem for every refusal */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    credentials: 'same-origin',
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const answer: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) throw toProblem(response.status, answer);
  return answer as T;
}

/** Who is signed in, and where they are a member. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => call<Me>('GET', '/v1/me'),
  staleTime: 60_000,
});

/** The projects of a tenant. */
export const projectsQuery = (tenantId: string) =>
  queryOptions({
    queryKey: ['tenant', tenantId, 'projects'],
    queryFn: () => call<{ items: Project[] }>('GET', `/v1/tenants/${tenantId}/projects?limit=100`),
    staleTime: 60_000,
  });

/** One project, with the tenant that it belongs to. */
export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'self'],
    queryFn: () => call<Project>('GET', `/v1/projects/${projectId}`),
    staleTime: 60_000,
  });
