import { createRoute, lazyRouteComponent, redirect, type AnyRoute } from '@tanstack/react-router';
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

/** Only a path of this site: a link must not lead to another one by way of the sign-in. */
const toPath = (value: unknown) =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? { redirect: value } : {};

/** The pages of those who are not signed in, and the one that leads on. */
export function accountRoutes<Root extends AnyRoute>(root: Root) {
  const getParentRoute = () => root;
  return [
    createRoute({
      getParentRoute,
      path: '/',
      beforeLoad: requireSession,
      component: lazyRouteComponent(() => import('./start-page.tsx'), 'StartPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/sign-in',
      validateSearch: (search: Record<string, unknown>): { redirect?: string; error?: string } => ({
        ...toPath(search['redirect']),
        ...(typeof search['error'] === 'string' && { error: search['error'] }),
      }),
      component: lazyRouteComponent(() => import('./sign-in-page.tsx'), 'SignInPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/setup',
      component: lazyRouteComponent(() => import('./setup-page.tsx'), 'SetupPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/invitation',
      component: lazyRouteComponent(() => import('./invitation-page.tsx'), 'InvitationPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/forgot-password',
      component: lazyRouteComponent(() => import('./password-pages.tsx'), 'ForgotPasswordPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/reset-password',
      component: lazyRouteComponent(() => import('./password-pages.tsx'), 'ResetPasswordPage'),
    }),
    createRoute({
      getParentRoute,
      path: '/verify-email',
      component: lazyRouteComponent(() => import('./password-pages.tsx'), 'VerifyEmailPage'),
    }),
  ] as const;
}
