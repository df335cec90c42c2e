import { z } from 'zod';
import type { ApiOperation } from '#service';
import * as answers from './answer-schemas.ts';
import { deliveryQuery } from './delivery.request.ts';
import { destinationQuery } from './destination.request.ts';
import { contactsSchema, emailSchemas } from './email.request.ts';
import { slackSchemas } from './slack.request.ts';

const slack = slackSchemas('https://slack.com/api');
const unsubscribeQuery = z.strictObject({ token: z.string().describe('As the link has it.') });
const CONTACTS = '/v1/projects/{projectId}/contacts';
const contacts = z.object({
  recipients: z.array(z.string()),
  areOwners: z.boolean().describe('Whether nobody is named, so that the owners of the tenant are told.'),
});
const DESTINATIONS = '/v1/projects/{projectId}/destinations';
const DESTINATION = `${DESTINATIONS}/{destinationId}`;
const tag = 'Destinations';

/** The routes of destinations of every kind, with the schemas that check their requests. */
export const DESTINATION_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'post',
    path: DESTINATIONS,
    id: 'createDestination',
    tag,
    summary: 'Create a destination in Slack or by e-mail. Webhooks have a route of their own.',
    body: z.union([slack.create, emailSchemas.create]),
    status: 201,
    conflict: 'The project has as many destinations as it may.',
    answer: answers.destination,
  },
  {
    method: 'get',
    path: DESTINATIONS,
    id: 'listDestinations',
    tag,
    summary: 'List the destinations of a project, webhooks among them, newest first.',
    query: destinationQuery,
    answer: answers.pageOf(answers.destination),
  },
  {
    method: 'get',
    path: DESTINATION,
    id: 'getDestination',
    tag,
    summary: 'Get a destination of any kind.',
    answer: answers.destination,
  },
  {
    method: 'patch',
    path: DESTINATION,
    id: 'changeDestination',
    tag,
    summary: 'Change a destination that is no webhook. Fields that are left out stay.',
    body: z.union([slack.change, emailSchemas.change]),
    answer: answers.destination,
    conflict: 'It is a webhook, which has a route of its own.',
  },
  {
    method: 'delete',
    path: DESTINATION,
    id: 'deleteDestination',
    tag,
    summary: 'Delete a destination. Its waiting deliveries are cancelled.',
    status: 204,
  },
  {
    method: 'post',
    path: `${DESTINATION}/enable`,
    id: 'enableDestination',
    tag,
    summary: 'Enable a destination; failures so far no longer count.',
    answer: answers.destination,
  },
  {
    method: 'post',
    path: `${DESTINATION}/disable`,
    id: 'disableDestination',
    tag,
    summary: 'Disable a destination. Its events are held.',
    answer: answers.destination,
  },
  {
    method: 'post',
    path: `${DESTINATION}/test`,
    id: 'sendDestinationTest',
    tag,
    summary: 'Send webhook.test at once and wait for the answer. Never counts as a failure.',
    answer: answers.testResult,
  },
  {
    method: 'get',
    path: `${DESTINATION}/deliveries`,
    id: 'listDestinationDeliveries',
    tag,
    summary: 'List the deliveries of a destination, newest first; webhookId is its id.',
    query: deliveryQuery,
    answer: answers.pageOf(answers.delivery),
  },
  {
    method: 'get',
    path: CONTACTS,
    id: 'getContacts',
    tag,
    summary: 'Get who is told by e-mail when deliveries of the project go wrong.',
    answer: contacts,
  },
  {
    method: 'put',
    path: CONTACTS,
    id: 'putContacts',
    tag,
    summary: 'Set who is told by e-mail when deliveries of the project go wrong.',
    body: contactsSchema,
    answer: contacts,
  },
  {
    method: 'get',
    path: '/v1/unsubscribe',
    query: unsubscribeQuery,
    id: 'askUnsubscribe',
    tag: 'E-mail',
    summary: 'The page that a link in an e-mail leads to: asks whether to unsubscribe. Needs no key.',
  },
  {
    method: 'post',
    path: '/v1/unsubscribe',
    query: unsubscribeQuery,
    id: 'unsubscribe',
    tag: 'E-mail',
    summary:
      'Take the recipient of an e-mail off its destination, as mail programs do (RFC 8058). Needs no key.',
  },
];
