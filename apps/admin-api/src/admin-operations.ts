import type { ApiOperation } from '#service';
import * as answers from './answer-schemas.ts';
import { ERASURE_OPERATIONS } from './erasure-operations.ts';
import { deliveryQuery } from './delivery.request.ts';
import { DESTINATION_OPERATIONS } from './destination-operations.ts';
import { DOWNLOAD_OPERATIONS } from './downloads/download-operations.ts';
import { eventQuery } from './event.request.ts';
import { EXPLANATION_OPERATIONS } from './explanations/explanation-operations.ts';
import { INSPECTOR_OPERATIONS } from './inspector/inspector-operations.ts';
import { LIVE_OPERATIONS } from './live/live-operations.ts';
import { pageQuery } from './page.request.ts';
import { PULL_OPERATIONS } from './pull/pull-operations.ts';
import { REPLAY_OPERATIONS, shownReplay } from './replays/replay-operations.ts';
import { enableRequest } from './replays/replay.request.ts';
import { PREVIEW_OPERATIONS } from './previews/preview-operations.ts';
import { STATISTICS_OPERATIONS } from './statistics/statistics-operations.ts';
import { testRequest } from './test.request.ts';
import { PEOPLE_OPERATIONS } from './people/people-operations.ts';
import { TENANT_OPERATIONS } from './tenants/tenant-operations.ts';
import { webhookSchemas } from './webhook.request.ts';

const { create, change } = webhookSchemas({ httpsOnly: false, allow: [] });
const WEBHOOKS = '/v1/projects/{projectId}/webhooks';
const WEBHOOK = `${WEBHOOKS}/{webhookId}`;
const DELIVERY = '/v1/projects/{projectId}/deliveries/{deliveryId}';

/** The routes of the admin API, with the schemas that check their requests. */
export const ADMIN_OPERATIONS: readonly ApiOperation[] = [
  ...DESTINATION_OPERATIONS,
  ...REPLAY_OPERATIONS,
  ...PULL_OPERATIONS,
  {
    method: 'post',
    path: WEBHOOKS,
    id: 'createWebhook',
    tag: 'Webhooks',
    summary:
      'Create a webhook. Its secret is in this answer and in no other. With `startAt` it also gets what came before it.',
    body: create,
    status: 201,
    conflict: 'The project has as many destinations as it may.',
    answer: answers.createdWebhook.extend({ replay: shownReplay }),
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
    summary: 'Enable a webhook; failures so far no longer count. Say what becomes of held deliveries.',
    body: enableRequest,
    isBodyOptional: true,
    answer: answers.webhook.extend({ replay: shownReplay }),
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
      'Send webhook.test, or another event, at once and wait, up to 35 s, for the answer. Works on disabled webhooks; never counts as a failure.',
    body: testRequest,
    isBodyOptional: true,
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
    path: '/v1/projects/{projectId}/deliveries',
    id: 'listAllDeliveries',
    tag: 'Deliveries',
    summary: 'List the deliveries to all webhooks of a project, newest first.',
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
    path: '/v1/projects/{projectId}/events',
    id: 'listEvents',
    tag: 'Events',
    summary: 'List the events of a project, newest first.',
    query: eventQuery,
    answer: answers.pageOf(answers.listedEvent),
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
  {
    method: 'get',
    path: '/v1/projects/{projectId}/warehouse',
    id: 'getWarehouse',
    tag: 'Warehouse',
    summary: 'See what the warehouse has of a project, how far its sink is, and the CES trend.',
    answer: answers.warehouse,
  },
  ...PREVIEW_OPERATIONS,
  ...EXPLANATION_OPERATIONS,
  ...STATISTICS_OPERATIONS,
  ...LIVE_OPERATIONS,
  ...INSPECTOR_OPERATIONS,
  ...DOWNLOAD_OPERATIONS,
  ...TENANT_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...ERASURE_OPERATIONS,
];
