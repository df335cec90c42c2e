import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import * as answers from './answer-schemas.ts';
import { deliveryQuery } from './delivery.request.ts';
import { pageQuery } from './page.request.ts';
import { webhookSchemas } from './webhook.request.ts';

interface Operation {
  method: 'get' | 'post' | 'patch' | 'delete';
  path: string;
  id: string;
  summary: string;
  tag: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  status?: number;
  /** None for 204. */
  answer?: z.ZodType;
  /** Why a 409 may come. */
  conflict?: string;
}

const { create, change } = webhookSchemas({ httpsOnly: false, allow: [] });
const WEBHOOKS = '/v1/projects/{projectId}/webhooks';
const WEBHOOK = `${WEBHOOKS}/{webhookId}`;
const DELIVERY = '/v1/projects/{projectId}/deliveries/{deliveryId}';

const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: WEBHOOKS,
    id: 'createWebhook',
    tag: 'Webhooks',
    summary: 'Create a webhook. Its secret is in this answer and in no other.',
    body: create,
    status: 201,
    answer: answers.createdWebhook,
  },
  {
    method: 'get',
    path: WEBHOOKS,
    id: 'listWebhooks',
    tag: 'Webhooks',
    summary: 'List the webhooks of a project, newest first.',
    query: pageQuery,
    answer: answers.pageOf(answers.webhook),
  },
  {
    method: 'get',
    path: WEBHOOK,
    id: 'getWebhook',
    tag: 'Webhooks',
    summary: 'Get a webhook.',
    answer: answers.webhook,
  },
  {
    method: 'patch',
    path: WEBHOOK,
    id: 'changeWebhook',
    tag: 'Webhooks',
    summary: 'Change a webhook. Fields that are left out stay.',
    body: change,
    answer: answers.webhook,
  },
  {
    method: 'delete',
    path: WEBHOOK,
    id: 'deleteWebhook',
    tag: 'Webhooks',
    summary: 'Delete a webhook. Its waiting deliveries are cancelled.',
    status: 204,
  },
  {
    method: 'post',
    path: `${WEBHOOK}/enable`,
    id: 'enableWebhook',
    tag: 'Webhooks',
    summary: 'Enable a webhook; failures so far no longer count.',
    answer: answers.webhook,
  },
  {
    method: 'post',
    path: `${WEBHOOK}/disable`,
    id: 'disableWebhook',
    tag: 'Webhooks',
    summary: 'Disable a webhook. Its events are held.',
    answer: answers.webhook,
  },
  {
    method: 'post',
    path: `${WEBHOOK}/test`,
    id: 'sendTest',
    tag: 'Webhooks',
    summary:
      'Send webhook.test at once and wait, up to 35 s, for the answer. Works on disabled webhooks; never counts as a failure.',
    answer: answers.testResult,
  },
  {
    method: 'post',
    path: `${WEBHOOK}/secret/rotate`,
    id: 'rotateSecret',
    tag: 'Secrets',
    summary:
      'Make a next secret. From now on webhook-signature carries both; X-Ttoolab-Signature stays with the old one until the next is promoted, or for 24 h.',
    answer: answers.nextSecret,
  },
  {
    method: 'post',
    path: `${WEBHOOK}/secret/promote`,
    id: 'promoteSecret',
    tag: 'Secrets',
    summary: 'Make the next secret the only one.',
    answer: answers.webhook,
    conflict: 'There is no next secret.',
  },
  {
    method: 'get',
    path: `${WEBHOOK}/deliveries`,
    id: 'listDeliveries',
    tag: 'Deliveries',
    summary: 'List the deliveries of a webhook, newest first.',
    query: deliveryQuery,
    answer: answers.pageOf(answers.delivery),
  },
  {
    method: 'get',
    path: DELIVERY,
    id: 'getDelivery',
    tag: 'Deliveries',
    summary: 'Get a delivery with all its attempts.',
    answer: answers.deliveryWithAttempts,
  },
  {
    method: 'post',
    path: `${DELIVERY}/redeliver`,
    id: 'redeliver',
    tag: 'Deliveries',
    summary: 'Send a delivery once more, with the same id and bytes.',
    status: 202,
    answer: answers.redelivery,
    conflict:
      'The delivery is still being tried, its webhook is disabled or deleted, or its event is no longer stored.',
  },
  {
    method: 'get',
    path: '/v1/projects/{projectId}/events/{eventId}',
    id: 'getEvent',
    tag: 'Events',
    summary: 'Get an event and its deliveries.',
    answer: answers.event,
  },
  {
    method: 'get',
    path: '/v1/event-types',
    id: 'listEventTypes',
    tag: 'Events',
    summary: 'List every event type with an example of the body that webhooks receive.',
    answer: answers.eventTypes,
  },
];

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'A field, a parameter or the body is not valid; `errors` names each field and the rule it breaks.',
  401: 'There is no API key, or it is unknown or revoked.',
  404: 'There is no such resource in this project.',
  413: 'The body is too large.',
  415: 'The body is not sent as application/json.',
  503: 'A part that the hub depends on does not answer. Try again after `Retry-After`.',
};

/** The OpenAPI 3.1 document of the admin API, made from the schemas that check requests. */
export function describeAdminApi(): OpenAPIObject {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of OPERATIONS) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ttoolab hub',
      version: '1',
      description: 'Webhooks of a project: manage, test, inspect.',
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(answers.problem, 'output') },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'API key of a project: thk_…' },
      },
    },
    security: [{ apiKey: [] }],
  };
}

function describe(operation: Operation): object {
  const { id, summary, tag, status = 200, answer, conflict } = operation;
  return {
    operationId: id,
    summary,
    tags: [tag],
    parameters: parametersOf(operation),
    ...(operation.body && { requestBody: { required: true, content: jsonOf(operation.body, 'input') } }),
    responses: {
      [status]: { description: 'Done.', ...(answer && { content: jsonOf(answer, 'output') }) },
      ...problemsOf(operation),
      ...(conflict && { 409: problemOf(conflict) }),
    },
  };
}

function parametersOf({ path, query }: Operation): object[] {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
  }));
  const queried = Object.entries(query?.shape ?? {}).map(([name, rule]) => {
    const { description, ...schema } = schemaOf(rule as z.ZodType, 'input') as { description?: string };
    return { name, in: 'query', required: false, description, schema };
  });
  return [...named, ...queried];
}

function problemsOf({ body, path, query }: Operation): Record<string, object> {
  const isUsed = (status: number) => {
    if (status === 400) return body !== undefined || query !== undefined;
    if (status === 404) return path.includes('{');
    return (status !== 413 && status !== 415) || body !== undefined;
  };
  const used = Object.entries(PROBLEMS).filter(([status]) => isUsed(Number(status)));
  return Object.fromEntries(used.map(([status, description]) => [status, problemOf(description)]));
}

const problemOf = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const jsonOf = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
