import { EVENT_TYPES, matchesEventType, NEWS_TYPES } from '#events';
import { z } from 'zod';
import { filter } from '../filter.request.ts';
import { transformation } from '../transformation.request.ts';
import { destinationFields } from '../webhook.request.ts';

const DAY_MS = 86_400_000;
const { eventTypes } = destinationFields;

const days = z.int().min(1).max(90).default(7).describe('How many days back to look for events.');

/** The body of a request that tries a filter. */
export const filterPreview = z.strictObject({ eventTypes, filter: filter.unwrap(), days });

/** The body of a request that tries a transformation. */
export const transformationPreview = z.strictObject({
  eventTypes,
  transformation: transformation.unwrap(),
  filter: filter.optional(),
  days,
});

/** A checked request that tries a transformation. */
export type TransformationPreviewRequest = z.output<typeof transformationPreview>;

/** A checked request that tries a filter. */
export type FilterPreviewRequest = z.output<typeof filterPreview>;

/** The types of events that patterns take. */
export function typesOf(patterns: readonly string[]): string[] {
  return [...EVENT_TYPES, ...NEWS_TYPES].filter((type) => matchesEventType(patterns, type));
}

/** So many days before an instant, Unix ms. */
export function daysBefore(nowMs: number, count: number): Date {
  return new Date(nowMs - count * DAY_MS);
}
