import type { ApiOperation } from '#service';

/** The route that tells of changes as they happen. */
export const LIVE_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'get',
    path: '/v1/projects/{projectId}/live',
    id: 'followProject',
    tag: 'Statistics',
    summary:
      'Follow a project: server-sent events (text/event-stream) that say, at most once a second, that its traffic, its webhooks or its inspector changed.',
    isStream: true,
  },
];
