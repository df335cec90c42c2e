import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../shell/root-route.ts';
import { requireSession } from './require-session.ts';

/** Only a path of this site: a link must not lead to another one by way of the sign-in. */
const toPath = (value: unknown) =>
  typeof value === 'string' && /^\/(?![/\\])/.test(value) ? { redirect: value } : {};

const getParentRoute = () => rootRoute;

/** The pages of those who are not signed in, and the one that leads on. */
export const accountRoutes = [
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
