import { isEventType } from '#events';
import { z } from 'zod';
import { pageFields } from './page.request.ts';

/** Where a delivery can stand. `held` waits for its disabled webhook, `cancelled` lost its webhook. */
export const DELIVERY_STATUSES = ['pending', 'retrying', 'success', 'failed', 'held', 'cancelled'] as const;

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** Filters of a list of deliveries. */
export const deliveryQuery = z.strictObject({
  ...pageFields,
  status: z.enum(DELIVERY_STATUSES).optional().describe('Only deliveries that stand there.'),
  type: z
    .string()
    .refine(isEventType, 'must be a known event type: see GET /v1/event-types')
    .optional()
    .describe('Only deliveries of this event type.'),
  eventId: z.guid('must be a UUID').optional().describe('Only deliveries of this event.'),
  from: time.optional().describe('Only events accepted at this time or later (ISO 8601).'),
  to: time.optional().describe('Only events accepted before this time (ISO 8601).'),
});

/** Checked filters of a list of deliveries. */
export type DeliveryQuery = z.output<typeof deliveryQuery>;
