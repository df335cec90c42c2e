import { EVENT_TYPES } from '#events';
import { problemSchema, type ApiOperation } from '#service';
import { z } from 'zod';

const event = z.strictObject({
  id: z
    .uuid()
    .optional()
    .describe('Chosen by the sender to make repeating safe; made by the hub when absent.'),
  type: z.enum(EVENT_TYPES.filter((type) => type !== 'webhook.test')),
  createdAt: z.iso.datetime({ offset: true }).optional().describe('When it happened; now when absent.'),
  data: z.record(z.string(), z.unknown()).describe('As the type asks for: see `GET /v1/event-types`.'),
});
const accepted = z.object({ status: z.literal(202), id: z.uuid() });
const items = z.object({ items: z.array(z.union([accepted, problemSchema])) });

/** The routes of ingest, as the API's document tells them. */
export const INGEST_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'post',
    path: '/v1/events',
    id: 'publishEvent',
    tag: 'Events',
    summary:
      'Publish an event. Answers once Kafka has it; the same id again gives the same answer and no second delivery.',
    body: event,
    status: 202,
    answer: z.object({ id: z.uuid() }),
    conflict: 'An event with this id was sent before, with other contents.',
  },
  {
    method: 'post',
    path: '/v1/events/batch',
    id: 'publishEvents',
    tag: 'Events',
    summary: 'Publish up to 500 events, with an answer for each, in order.',
    body: z.strictObject({ events: z.array(event).min(1).max(500) }),
    status: 202,
    answer: items,
    other: { status: 207, description: 'Some were refused; each item says why.', answer: items },
  },
];
