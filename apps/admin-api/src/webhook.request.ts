import { checkUrl, URL_RULES, type UrlOptions } from '#egress';
import { validateEventTypePatterns } from '#events';
import { ZodBodyPipe } from '#service';
import { z } from 'zod';
import { filter } from './filter.request.ts';
import { transformation } from './transformation.request.ts';
import { changedHeaders, newHeaders } from './webhook-headers.request.ts';

/** What the operator lets webhooks point to. */
export type UrlRules = UrlOptions;

const MAX_NAME = 200;
const MAX_URL = 2_048;
const MAX_EVENT_TYPES = 50;
const MAX_RATE = 10_000;
const MAX_BATCH_EVENTS = 100;
/** A worker that stops or is killed reads again what waited; longer waits would make that much. */
const MAX_BATCH_WAIT_MS = 10_000;

const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME)
  // PostgreSQL cannot store U+0000, and the others only make lists unreadable.
  .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters')
  .describe('Name shown in lists.');

const eventTypes = z
  .array(z.string().max(100))
  .min(1)
  .max(MAX_EVENT_TYPES)
  .superRefine((patterns, context) => {
    for (const { index, rule } of validateEventTypePatterns(patterns)) {
      context.addIssue({ code: 'custom', path: [index], message: rule });
    }
  })
  .transform((patterns) => [...new Set(patterns)])
  .describe('Event types to receive: exact ones, prefixes such as `experiment.*`, or `*` for all.');

const rateLimit = z
  .number()
  .positive()
  .max(MAX_RATE)
  .nullable()
  .describe('Most requests a second; null for no limit.');

const batch = z
  .strictObject({
    maxEvents: z.int().min(2).max(MAX_BATCH_EVENTS).describe('Most events in one request.'),
    maxWaitMs: z
      .int()
      .min(0)
      .max(MAX_BATCH_WAIT_MS)
      .describe('How long the first of them waits for more, in milliseconds.'),
  })
  .nullable()
  .describe(
    'Conversions and exposures come several in one request, as a JSON array of what would come one by one; null, the default, for one by one.',
  );

const startAt = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine((at) => at < new Date(), 'must be in the past')
  .describe('Also send what was accepted since then (ISO 8601), as far back as events are kept.');

/** What destinations of every kind have. */
export const destinationFields = { name, eventTypes, filter, rateLimit };

/** A change must change something. */
export function refuseEmptyChange(change: object, context: z.RefinementCtx): void {
  if (Object.keys(change).length === 0)
    context.addIssue({ code: 'custom', message: 'must have at least one field to change' });
}

const createUrl = (rules: UrlRules) =>
  z
    .string()
    .max(MAX_URL)
    .transform((text, context) => {
      const check = checkUrl(text, rules);
      if (check.ok) return check.url;
      context.addIssue({ code: 'custom', message: URL_RULES[check.rule] });
      return z.NEVER;
    })
    .describe('Where requests are sent; http or https.');

/** The bodies of requests that create and change webhooks. */
export function webhookSchemas(rules: UrlRules) {
  const url = createUrl(rules);
  return {
    create: z.strictObject({
      name,
      url,
      eventTypes,
      filter: filter.optional(),
      transformation: transformation.optional(),
      rateLimit: rateLimit.optional(),
      headers: newHeaders.optional(),
      batch: batch.optional(),
      startAt: startAt.optional(),
    }),
    change: z
      .strictObject({
        name,
        url,
        eventTypes,
        filter,
        transformation,
        rateLimit,
        headers: changedHeaders,
        batch,
      })
      .partial()
      .refine((change) => Object.keys(change).length > 0, {
        error: 'must have at least one field to change',
        when: ({ issues }) => issues.length === 0,
      }),
  };
}

/** A checked request for a new webhook. */
export type NewWebhook = z.output<ReturnType<typeof webhookSchemas>['create']>;

/** A checked change of a webhook; absent fields stay. */
export type WebhookChange = z.output<ReturnType<typeof webhookSchemas>['change']>;

/** Checks request bodies by the operator's rules. */
export class WebhookRequests {
  readonly create: ZodBodyPipe<ReturnType<typeof webhookSchemas>['create']>;
  readonly change: ZodBodyPipe<ReturnType<typeof webhookSchemas>['change']>;

  constructor(rules: UrlRules) {
    const schemas = webhookSchemas(rules);
    this.create = new ZodBodyPipe(schemas.create);
    this.change = new ZodBodyPipe(schemas.change);
  }
}
