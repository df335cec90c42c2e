import { MASKED } from '#webhooks';
import { z } from 'zod';
import { DELIVERY_STATUSES } from './delivery.request.ts';

const id = z.uuid();
const time = z.iso.datetime();
const maybeTime = time.nullable();
const filter = z
  .string()
  .nullable()
  .describe('A CEL expression: of its event types only events for which it is true; null for all.');
const secretText = z.string().describe('Starts with `whsec_`. In this answer and in no other.');

export const webhook = z.object({
  id,
  name: z.string(),
  url: z.string(),
  eventTypes: z.array(z.string()),
  filter,
  transformation: z
    .string()
    .nullable()
    .describe('A JSONata expression that makes the body of its requests; null for the body as it is.'),
  rateLimit: z.number().nullable().describe('Most requests a second; null for no limit.'),
  headers: z
    .record(z.string(), z.literal(MASKED))
    .describe('Headers of its own, by name in lower case. Values are never shown.'),
  batch: z
    .object({ maxEvents: z.int(), maxWaitMs: z.int() })
    .nullable()
    .describe('How conversions and exposures come several in one request; null for one by one.'),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  disabledAt: maybeTime,
  rotation: z
    .object({ startedAt: time, promotesAt: time })
    .nullable()
    .describe('Set while two secrets are valid.'),
  createdAt: time,
  updatedAt: time,
});

export const destination = z.object({
  id,
  kind: z.enum(['webhook', 'slack', 'email']),
  name: z.string(),
  address: z.string().describe('Where it leads: a URL, a channel, recipients. Secret parts are left out.'),
  eventTypes: z.array(z.string()),
  filter,
  rateLimit: z.number().nullable().describe('Most messages a second; null for no limit.'),
  settings: z.record(z.string(), z.unknown()).describe('What its kind was told beside that.'),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  disabledAt: maybeTime,
  createdAt: time,
  updatedAt: time,
});

export const createdWebhook = webhook.extend({ secret: secretText });

export const nextSecret = z.object({
  secret: secretText,
  promotesAt: time.describe('When it becomes the only secret by itself.'),
});

export const body = z
  .object({ encoding: z.enum(['utf8', 'base64']), text: z.string(), isTruncated: z.boolean() })
  .describe('A response body: as text where it is UTF-8, else as base64.');

const outcome = z.enum(['delivered', 'rejected', 'unreachable', 'interrupted']);
const errorClass = z
  .string()
  .nullable()
  .describe(
    'Why there was no status: dns, connect, tls, timeout, blocked, reset, protocol, interrupted; or the name that Slack gives its error.',
  );
const error = z.string().nullable().describe('What went wrong, in plain words.');
const status = z.int().nullable().describe('HTTP status; null when there was none.');

export const testResult = z.object({
  deliveryId: id,
  eventId: id,
  outcome,
  status,
  latencyMs: z.int(),
  errorClass,
  error,
  responseBody: body,
});

export const delivery = z.object({
  id,
  eventId: id,
  eventType: z.string(),
  webhookId: id,
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int().describe('Attempts made so far.'),
  nextAttemptAt: maybeTime,
  lastStatus: z.int().nullable(),
  lastError: z.string().nullable(),
  reason: z.string().nullable().describe('Why it is held, cancelled or failed, beside its last attempt.'),
  isTest: z.boolean(),
  replayId: id.nullable().describe('The last replay that it was part of.'),
  acceptedAt: time,
  createdAt: time,
  updatedAt: time,
});

const headers = z.record(z.string(), z.string());

const attempt = z.object({
  number: z.int(),
  startedAt: time,
  durationMs: z.int(),
  url: z.string(),
  outcome,
  errorClass,
  error,
  status,
  requestHeaders: headers,
  responseHeaders: headers,
  responseBody: body,
  nextAttemptAt: maybeTime,
  batch: z
    .object({ id, size: z.int() })
    .nullable()
    .describe(
      'Set when the request was an array of `size` bodies, or one message for them: `webhook-id` was this id, and the signature is over the whole array.',
    ),
});

export const deliveryWithAttempts = delivery.extend({
  requestBody: z
    .string()
    .nullable()
    .describe('The body of every attempt; null once retention has removed it.'),
  attemptList: z.array(attempt),
});

export const redelivery = z.object({
  id,
  status: z.literal('pending'),
  attempt: z.int().describe('Number of the coming attempt.'),
});

export const event = z.object({
  id,
  type: z.string(),
  createdAt: time,
  acceptedAt: time,
  body: z.string().describe('The exact body that webhooks receive.'),
  deliveries: z.array(delivery),
});

export const listedEvent = z.object({
  id,
  type: z.string(),
  createdAt: time,
  acceptedAt: time,
  deliveries: z
    .partialRecord(z.enum(DELIVERY_STATUSES), z.int())
    .describe('How many of its deliveries stand where.'),
});

export const erasure = z.object({
  id,
  kind: z.enum(['visitor', 'project', 'tenant']),
  tenantId: id,
  projectId: id.nullable(),
  status: z.enum(['waiting', 'running', 'done']),
  progress: z.number().describe('Share of the stored rows that were gone through, 0 to 1.'),
  requestedAt: time,
  startedAt: maybeTime,
  finishedAt: maybeTime,
  removed: z
    .object({ events: z.int(), deliveries: z.int(), attempts: z.int(), others: z.int() })
    .describe('Rows removed so far.'),
});

export const eventTypes = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      isNews: z
        .boolean()
        .describe(
          'Whether the hub makes it itself. `*` does not take news: name them, or a prefix of theirs.',
        ),
      description: z.string(),
      schema: z.string().describe('Full name of its Avro schema in the registry.'),
      schemaVersion: z
        .int()
        .nullable()
        .describe('Version of that schema; null while the registry does not answer.'),
      fields: z.array(
        z.object({
          path: z.string(),
          type: z.string(),
          doc: z.string(),
          isOptional: z.boolean(),
          default: z.unknown().optional(),
        }),
      ),
      example: z.record(z.string(), z.unknown()).describe('A whole body as webhooks receive it.'),
    }),
  ),
});

/** A page of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    nextCursor: z.string().nullable().describe('Give it as `cursor` for the next page.'),
  });

export const warehouse = z.object({
  sink: z
    .object({
      target: z.enum(['duckdb', 'postgres']),
      isRunning: z.boolean().describe('Whether it has reported within 30 s.'),
      isHealthy: z.boolean().describe('Whether the warehouse takes its rows.'),
      behindSince: maybeTime.describe('Events wait that were published after this time; null when none do.'),
      lastError: z
        .string()
        .nullable()
        .describe('What it fails on, until rows are written again; its log says more.'),
      lastErrorAt: maybeTime,
    })
    .nullable()
    .describe('Null when no sink has run.'),
  rows: z.int().describe('Events of the project in the warehouse.'),
  countedAt: maybeTime,
  trend: z
    .array(z.object({ day: z.iso.date(), responses: z.int(), averageScore: z.number() }))
    .describe('Surveys answered in the last 90 days, by day (UTC).'),
});
