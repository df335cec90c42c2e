import { createRootRoute } from '@tanstack/react-router';
import { NotFoundPage } from '../ui/not-found-page.tsx';
import { RouteError } from '../ui/route-error.tsx';
import { Root } from './root.tsx';

/** What every address is below. */
export const rootRoute = createRootRoute({
  component: Root,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});
