import type { ApiOperation } from '#service';
import { z } from 'zod';
import { pullQuery } from './pull.request.ts';

const time = z.iso.datetime();

const pulled = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      type: z.string(),
      createdAt: time,
      acceptedAt: time,
      headers: z.record(z.string(), z.string()).describe('Those of a request that tell of the event.'),
      body: z
        .string()
        .nullable()
        .describe('The body that the webhook receives; null where its transformation makes none.'),
      problem: z.string().nullable().describe('Why its transformation makes none.'),
    }),
  ),
  nextCursor: z.string().describe('Give it as `cursor` to go on; also where there are no items.'),
});

/** The route by which events are pulled. */
export const PULL_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'get',
    path: '/v1/projects/{projectId}/webhooks/{webhookId}/events',
    id: 'pullEvents',
    tag: 'Webhooks',
    summary:
      'Get the events that a webhook takes, in the order in which they were recorded, instead of receiving them. Waits for some where asked to.',
    query: pullQuery,
    answer: pulled,
    gone: 'The cursor is from before what is still stored: begin anew.',
  },
];
