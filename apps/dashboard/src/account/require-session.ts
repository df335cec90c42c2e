import { notFound, redirect } from '@tanstack/react-router';
import { ApiProblem } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { meQuery, projectQuery } from '../api/session.ts';

/** Lets nobody pass who is not signed in; afterwards they come back to where they wanted to go. */
export async function requireSession({ location }: { location: { href: string } }): Promise<void> {
  try {
    await queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    throw redirect({ to: '/sign-in', search: { redirect: location.href } });
  }
}

interface ProjectGate {
  location: { href: string };
  params: { projectId: string };
}

/** The same for a project, and nobody who is no member of its tenant. A page behind it knows whose the project is. */
export async function requireProject({ location, params }: ProjectGate): Promise<void> {
  await requireSession({ location });
  try {
    await queryClient.ensureQueryData(projectQuery(params.projectId));
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) throw notFound();
    throw error;
  }
}
