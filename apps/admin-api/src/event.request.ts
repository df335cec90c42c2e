import { z } from 'zod';
import { deliveryQuery } from './delivery.request.ts';

/** Filters of a list of events. */
export const eventQuery = deliveryQuery.omit({ status: true, eventId: true });

/** Checked filters of a list of events. */
export type EventQuery = z.output<typeof eventQuery>;
