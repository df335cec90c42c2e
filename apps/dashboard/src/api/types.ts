import type { operations } from './schema.ts';

/** The body of an operation's answer. */
type Answer<Id extends keyof operations, Status extends number> = operations[Id] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>;
}
  ? Body
  : never;

export type Me = Answer<'getMe', 200>;
export type Membership = Me['tenants'][number];
export type Permission = Membership['permissions'][number];
export type Role = Membership['role'];
export type Project = Answer<'listProjects', 200>['items'][number];
export type Session = Answer<'listSessions', 200>['items'][number];
export type Member = Answer<'listMembers', 200>['items'][number];
export type Invitation = Answer<'listInvitations', 200>['items'][number];
export type ApiKey = Answer<'listApiKeys', 200>['items'][number];
export type Scope = Exclude<ApiKey['scopes'][number], '*'>;
export type AuditEntry = Answer<'listAuditLog', 200>['items'][number];
export type Webhook = Answer<'getWebhook', 200>;
export type NewWebhook = NonNullable<
  operations['createWebhook']['requestBody']
>['content']['application/json'];
export type Destination = Answer<'getDestination', 200>;
export type NewDestination = NonNullable<
  operations['createDestination']['requestBody']
>['content']['application/json'];
export type DestinationChange = NonNullable<
  operations['changeDestination']['requestBody']
>['content']['application/json'];
export type Delivery = Answer<'listDeliveries', 200>['items'][number];
export type DeliveryDetail = Answer<'getDelivery', 200>;
export type Attempt = DeliveryDetail['attemptList'][number];
export type EventDetail = Answer<'getEvent', 200>;
export type EventType = Answer<'listEventTypes', 200>['items'][number];
export type TestResult = Answer<'sendTest', 200>;
export type WebhookHealth = Answer<'getWebhookHealth', 200>['items'][number];
export type Statistics = Answer<'getStatistics', 200>;
export type Warehouse = Answer<'getWarehouse', 200>;
export type ListedEvent = Answer<'listEvents', 200>['items'][number];
export type Inspector = Answer<'getInspector', 200>;
export type ReceivedRequest = Inspector['requests'][number];
export type Replay = Answer<'listReplays', 200>['items'][number];
export type NewReplay = NonNullable<operations['startReplay']['requestBody']>['content']['application/json'];
export type FilterPreview = Answer<'previewFilter', 200>;
export type Explanation = Answer<'explainDeliveries', 200>['items'][number];
