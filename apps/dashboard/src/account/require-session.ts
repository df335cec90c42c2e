import { redirect } from '@tanstack/react-router';
import { ApiProblem } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { meQuery } from '../api/session.ts';

/** Lets nobody pass who is not signed in; afterwards they come back to where they wanted to go. */
export async function requireSession({ location }: { location: { href: string } }): Promise<void> {
  try {
    await queryClient.ensureQueryData(meQuery);
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    throw redirect({ to: '/sign-in', search: { redirect: location.href } });
  }
}
