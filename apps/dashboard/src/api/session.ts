import { queryOptions } from '@tanstack/react-query';
import { toProblem } from './client.ts';

interface Me {
  id: string;
  name: string;
  email: string;
  isEmailVerified: boolean;
  tenants: { id: string; name: string; role: string; permissions: string[] }[];
}
interface Project {
  id: string;
  tenantId: string;
  name: string;
  createdAt: string;
}

export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
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
