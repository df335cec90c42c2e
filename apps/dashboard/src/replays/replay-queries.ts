import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '../api/client.ts';
import type { NewReplay } from '../api/types.ts';

/** What a webhook missed while it was disabled. */
export const heldQuery = (projectId: string, webhookId: string, hours?: number) =>
  queryOptions({
    queryKey: ['project', projectId, 'held', webhookId, hours ?? null],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/webhooks/{webhookId}/held', {
          params: { path: { projectId, webhookId }, query: hours === undefined ? {} : { hours } },
        }),
      ),
  });

/** The last replays of a destination. */
export const replaysQuery = (projectId: string, destinationId: string) =>
  queryOptions({
    queryKey: ['project', projectId, 'replays', destinationId],
    queryFn: () =>
      answerOf(
        api.GET('/v1/projects/{projectId}/replays', {
          params: { path: { projectId }, query: { destinationId, limit: 5 } },
        }),
      ),
    // Its steps are not told by the stream of what changes.
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'running') ? 1_000 : false,
  });

/** What a replay would send. */
export const previewQuery = (projectId: string, replay: NewReplay) =>
  queryOptions({
    queryKey: ['project', projectId, 'replay-preview', replay],
    queryFn: () =>
      answerOf(
        api.POST('/v1/projects/{projectId}/replays/preview', {
          params: { path: { projectId } },
          body: replay,
        }),
      ),
  });
