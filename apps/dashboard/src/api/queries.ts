import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { DeliveryFilters } from '../deliveries/delivery-filters.ts';
import type { EventFilters } from '../events/event-filters.ts';
import type { Period } from '../overview/period.ts';
import { allPages } from './all-pages.ts';
import { answerOf, api } from './client.ts';

const PAGE = 25;

/** The destinations of a project, of every kind. */
export const destinationsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'destinations'],
    queryFn: () =>
      allPages((page) =>
        answerOf(
          api.GET('/v1/projects/{projectId}/destinations', { params: { path: { projectId }, query: page } }),
        ),
      ),
  });

/** One destination of any kind. */
export const destinationQuery = (projectId: string, destinationId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'destination', destinationId],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/destinations/{destinationId}', {
          params: { path: { projectId, destinationId } },
        }),
      ),
  });

/** Who is told when deliveries of a project go wrong. */
export const contactsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'contacts'],
    queryFn: () =>
      answerOf(api.GET('/v1/projects/{projectId}/contacts', { params: { path: { projectId } } })),
  });

/** One webhook. */
export const webhookQuery = (projectId: string, webhookId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'webhook', webhookId],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/webhooks/{webhookId}', {
          params: { path: { projectId, webhookId } },
        }),
      ),
  });

/** Every event type there is; it changes only with a release. */
export const eventTypesQuery = queryOptions({
  queryKey: ['event-types'],
  queryFn: () => answerOf(api.GET('/v1/event-types', {})),
  staleTime: Infinity,
});

/** One delivery with its attempts. */
export const deliveryQuery = (projectId: string, deliveryId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'delivery', deliveryId],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/deliveries/{deliveryId}', {
          params: { path: { projectId, deliveryId } },
        }),
      ),
  });

/** Deliveries of a destination, or of the whole project, page by page. */
export const deliveriesQuery = (projectId: string, filters: DeliveryFilters, destinationId?: string) =>
  infiniteQueryOptions({
    queryKey: ['project', projectId, 'deliveries', destinationId ?? null, filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const query = { ...filters, limit: PAGE, cursor: pageParam };
      return answerOf(
        destinationId === undefined
          ? api.GET('/v1/projects/{projectId}/deliveries', { params: { path: { projectId }, query } })
          : api.GET('/v1/projects/{projectId}/destinations/{destinationId}/deliveries', {
              params: { path: { projectId, destinationId }, query },
            }),
      );
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** How each destination of a project does. */
export const healthQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'health'],
    queryFn: () =>
      answerOf(api.GET('/v1/projects/{projectId}/webhook-health', { params: { path: { projectId } } })),
  });

/** Charts of a project. */
export const statisticsQuery = (projectId: string, period: Period) =>
  queryOptions({
    queryKey: ['project', projectId, 'statistics', null, period],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/statistics', {
          params: { path: { projectId }, query: { period } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** Charts of one webhook. */
export const webhookStatisticsQuery = (projectId: string, webhookId: string, period: Period) =>
  queryOptions({
    queryKey: ['project', projectId, 'statistics', webhookId, period],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/webhooks/{webhookId}/statistics', {
          params: { path: { projectId, webhookId }, query: { period } },
        }),
      ),
    placeholderData: keepPreviousData,
  });

/** Events of a project, page by page. */
export const eventsQuery = (projectId: string, { id: _id, ...filters }: EventFilters) =>
  infiniteQueryOptions({
    queryKey: ['project', projectId, 'events', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answerOf(
        api.GET('/v1/projects/{projectId}/events', {
          params: { path: { projectId }, query: { ...filters, limit: PAGE, cursor: pageParam } },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });

/** One event with its deliveries. */
export const eventQuery = (projectId: string, eventId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'event', eventId],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/events/{eventId}', { params: { path: { projectId, eventId } } }),
      ),
  });

/** The built-in receiver of a project. */
export const inspectorQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'inspector'],
    queryFn: () =>
      answerOf(api.GET('/v1/projects/{projectId}/inspector', { params: { path: { projectId } } })),
  });

/** What the warehouse has of a project. The sink reports every few seconds, to no live stream. */
export const warehouseQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'warehouse'],
    queryFn: () =>
      answerOf(api.GET('/v1/projects/{projectId}/warehouse', { params: { path: { projectId } } })),
    refetchInterval: 10_000,
  });

/** Why each destination got an event, or did not. */
export const explanationsQuery = (projectId: string, eventId: string) =>
  queryOptions({
    // Beside the event, so that what changes the one changes the other.
    queryKey: ['project', projectId, 'event', eventId, 'explanations'],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/events/{eventId}/explanations', {
          params: { path: { projectId, eventId } },
        }),
      ),
  });
