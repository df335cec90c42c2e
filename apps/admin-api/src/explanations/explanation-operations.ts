import { DELIVERY_ANSWERS } from '#filters';
import type { ApiOperation } from '#service';
import { z } from 'zod';

/** Of which destination an event is explained; of all that the project has or had, unless one is named. */
export const explanationQuery = z.strictObject({
  destinationId: z.uuid().optional().describe('Only this destination.'),
});

const time = z.iso.datetime();

const clause = z.object({
  expression: z.string(),
  result: z.boolean().nullable().describe('Null when it has no answer: a field is missing, for one.'),
  problem: z.string().nullable(),
  values: z.array(z.object({ expression: z.string(), isMissing: z.boolean(), value: z.unknown() })),
});

const explanation = z.object({
  destination: z.object({ id: z.uuid(), kind: z.string(), name: z.string() }),
  answer: z.enum(DELIVERY_ANSWERS),
  sentence: z.string().describe('The answer in words.'),
  clauses: z
    .array(clause)
    .nullable()
    .describe(
      'The clauses of the filter that decided, with the values they saw; null unless the filter decided.',
    ),
  deliveryId: z.uuid().nullable(),
  configuration: z
    .object({
      version: z.int(),
      since: time,
      eventTypes: z.array(z.string()),
      filter: z.string().nullable(),
      enabled: z.boolean(),
      disabledReason: z.string().nullable(),
    })
    .nullable()
    .describe('What was in force when the event was accepted; null when nothing was.'),
});

const answer = z.object({
  event: z.object({ id: z.uuid(), type: z.string(), acceptedAt: time }),
  items: z.array(explanation),
});

/** The routes that explain. */
export const EXPLANATION_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'get',
    path: '/v1/projects/{projectId}/events/{eventId}/explanations',
    id: 'explainDeliveries',
    tag: 'Events',
    summary:
      'Say why an event was delivered to a destination, or not, by the configuration that was in force when it was accepted. 404 for one that was never accepted.',
    query: explanationQuery,
    answer,
  },
];
