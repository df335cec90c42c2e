import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { accountRoutes } from './account/account-routes.ts';
import { requireProject } from './account/require-session.ts';
import { parseDeliveryFilters } from './deliveries/delivery-filters.ts';
import { parseEventFilters } from './events/event-filters.ts';
import { parseKind } from './destinations/parse-kind.ts';
import { parsePeriod } from './overview/period.ts';
import { settingsRoutes } from './settings/settings-routes.ts';
import { rootRoute } from './shell/root-route.ts';

const project = createRoute({
  getParentRoute: () => rootRoute,
  path: '/projects/$projectId',
  beforeLoad: requireProject,
  component: lazyRouteComponent(() => import('./shell/project-shell.tsx'), 'ProjectShell'),
});

const overview = createRoute({
  getParentRoute: () => project,
  path: '/',
  validateSearch: parsePeriod,
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});

const webhooks = createRoute({
  getParentRoute: () => project,
  path: '/webhooks',
  component: lazyRouteComponent(() => import('./webhooks/webhooks-page.tsx'), 'WebhooksPage'),
});

const newWebhook = createRoute({
  getParentRoute: () => project,
  path: '/webhooks/new',
  validateSearch: parseKind,
  component: lazyRouteComponent(() => import('./webhooks/create-webhook-page.tsx'), 'CreateWebhookPage'),
});

const webhook = createRoute({
  getParentRoute: () => project,
  path: '/webhooks/$webhookId',
  component: lazyRouteComponent(() => import('./webhooks/webhook-page.tsx'), 'WebhookPage'),
});

const webhookDeliveries = createRoute({
  getParentRoute: () => webhook,
  path: '/',
  validateSearch: (search: Record<string, unknown>) => ({
    ...parseDeliveryFilters(search),
    ...parsePeriod(search),
  }),
  component: lazyRouteComponent(() => import('./webhooks/webhook-deliveries.tsx'), 'WebhookDeliveries'),
});

const webhookTest = createRoute({
  getParentRoute: () => webhook,
  path: '/test',
  component: lazyRouteComponent(() => import('./webhooks/send-test.tsx'), 'SendTest'),
});

const webhookSettings = createRoute({
  getParentRoute: () => webhook,
  path: '/settings',
  component: lazyRouteComponent(() => import('./webhooks/webhook-settings.tsx'), 'WebhookSettings'),
});

const destination = createRoute({
  getParentRoute: () => project,
  path: '/destinations/$destinationId',
  component: lazyRouteComponent(() => import('./destinations/destination-page.tsx'), 'DestinationPage'),
});

const destinationDeliveries = createRoute({
  getParentRoute: () => destination,
  path: '/',
  validateSearch: parseDeliveryFilters,
  component: lazyRouteComponent(
    () => import('./destinations/destination-deliveries.tsx'),
    'DestinationDeliveries',
  ),
});

const destinationTest = createRoute({
  getParentRoute: () => destination,
  path: '/test',
  component: lazyRouteComponent(() => import('./destinations/destination-test.tsx'), 'DestinationTest'),
});

const destinationSettings = createRoute({
  getParentRoute: () => destination,
  path: '/settings',
  component: lazyRouteComponent(
    () => import('./destinations/destination-settings.tsx'),
    'DestinationSettings',
  ),
});

const deliveries = createRoute({
  getParentRoute: () => project,
  path: '/deliveries',
  validateSearch: parseDeliveryFilters,
  component: lazyRouteComponent(() => import('./deliveries/deliveries-page.tsx'), 'DeliveriesPage'),
});

const delivery = createRoute({
  getParentRoute: () => project,
  path: '/deliveries/$deliveryId',
  component: lazyRouteComponent(() => import('./deliveries/delivery-page.tsx'), 'DeliveryPage'),
});

const events = createRoute({
  getParentRoute: () => project,
  path: '/events',
  validateSearch: parseEventFilters,
  component: lazyRouteComponent(() => import('./events/events-page.tsx'), 'EventsPage'),
});

const event = createRoute({
  getParentRoute: () => project,
  path: '/events/$eventId',
  component: lazyRouteComponent(() => import('./events/event-page.tsx'), 'EventPage'),
});

const catalogue = createRoute({
  getParentRoute: () => project,
  path: '/event-types',
  component: lazyRouteComponent(() => import('./catalogue/catalogue-page.tsx'), 'CataloguePage'),
});

const eventType = createRoute({
  getParentRoute: () => catalogue,
  path: '/$type',
  component: lazyRouteComponent(() => import('./catalogue/event-type-page.tsx'), 'EventTypePage'),
});

const inspector = createRoute({
  getParentRoute: () => project,
  path: '/inspector',
  component: lazyRouteComponent(() => import('./inspector/inspector-page.tsx'), 'InspectorPage'),
});

const warehouse = createRoute({
  getParentRoute: () => project,
  path: '/warehouse',
  component: lazyRouteComponent(() => import('./warehouse/warehouse-page.tsx'), 'WarehousePage'),
});

const apiKeys = createRoute({
  getParentRoute: () => project,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
});

const projectSettings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: lazyRouteComponent(() => import('./projects/project-settings.tsx'), 'ProjectSettings'),
});

const routeTree = rootRoute.addChildren([
  ...accountRoutes,
  settingsRoutes,
  project.addChildren([
    overview,
    webhooks,
    newWebhook,
    webhook.addChildren([webhookDeliveries, webhookTest, webhookSettings]),
    destination.addChildren([destinationDeliveries, destinationTest, destinationSettings]),
    deliveries,
    delivery,
    events,
    event,
    catalogue.addChildren([eventType]),
    inspector,
    warehouse,
    apiKeys,
    projectSettings,
  ]),
]);

/** The pages of the dashboard and their addresses. */
export const router = createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
