import type { ApiOperation } from '#service';

/** Bodies as files. */
export const DOWNLOAD_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'get',
    path: '/v1/projects/{projectId}/events/{eventId}/body',
    id: 'downloadEvent',
    tag: 'Events',
    summary: 'Download the exact body of an event as a file.',
    download: 'application/json',
  },
  {
    method: 'get',
    path: '/v1/projects/{projectId}/deliveries/{deliveryId}/attempts/{number}/response-body',
    id: 'downloadResponse',
    tag: 'Deliveries',
    summary: 'Download what a receiver answered, as far as it was kept, as a file.',
    download: 'application/octet-stream',
  },
];
