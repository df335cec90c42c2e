import type { SampleShop } from '../harness/sample-shop.ts';

/** The name of a link or a button, or of one of the tabs of a page. */
export type Click = string | { tab: string };

/** A page of the dashboard. */
export interface DashboardPage {
  /** Also that of its screenshots. */
  name: string;
  address: (sample: SampleShop) => string;
  /** A text that is there once the page has loaded. */
  shows: string;
  /**
   * How people come here: the links and buttons that they click, beginning at the project's overview; or what leads
   * here from outside.
   */
  reach: readonly Click[] | 'a link' | 'signing out';
}

const inProject =
  (path: string) =>
  ({ shop }: SampleShop) =>
    `/projects/${shop.projectId}${path}`;
const inTenant =
  (path: string) =>
  ({ shop }: SampleShop) =>
    `/tenants/${shop.tenantId}${path}`;

const PROJECT_PAGES: readonly DashboardPage[] = [
  { name: 'overview', address: inProject(''), shows: 'Last events', reach: [] },
  { name: 'webhooks', address: inProject('/webhooks'), shows: 'CRM sync', reach: ['Webhooks'] },
  {
    name: 'create-webhook',
    address: inProject('/webhooks/new'),
    shows: 'experiment.*',
    reach: ['Webhooks', 'Create webhook'],
  },
  {
    name: 'webhook',
    address: (sample) => inProject(`/webhooks/${sample.webhooks.healthy.id}`)(sample),
    shows: 'experiment.conversion',
    reach: ['Webhooks', 'Admin tool'],
  },
  {
    name: 'webhook-paused',
    address: (sample) => inProject(`/webhooks/${sample.webhooks.paused.id}`)(sample),
    shows: 'Re-enable',
    reach: ['Webhooks', 'Old data lake'],
  },
  {
    name: 'send-test',
    address: (sample) => inProject(`/webhooks/${sample.webhooks.healthy.id}/test`)(sample),
    shows: 'The answer appears here',
    reach: ['Webhooks', 'Admin tool', { tab: 'Send test' }],
  },
  {
    name: 'webhook-settings',
    address: (sample) => inProject(`/webhooks/${sample.webhooks.healthy.id}/settings`)(sample),
    shows: 'Rotate secret',
    reach: ['Webhooks', 'Admin tool', { tab: 'Settings' }],
  },
  {
    name: 'create-slack',
    address: inProject('/webhooks/new?kind=slack'),
    shows: 'Incoming webhook URL',
    reach: ['Webhooks', 'Slack or e-mail'],
  },
  {
    name: 'create-email',
    address: inProject('/webhooks/new?kind=email'),
    shows: 'Recipients',
    reach: ['Webhooks', 'Create webhook', 'E-mail'],
  },
  {
    name: 'slack',
    address: (sample) => inProject(`/destinations/${sample.destinations.slack}`)(sample),
    shows: 'experiment.started',
    reach: ['Webhooks', 'Launches'],
  },
  {
    name: 'slack-test',
    address: (sample) => inProject(`/destinations/${sample.destinations.slack}/test`)(sample),
    shows: 'The answer appears here',
    reach: ['Webhooks', 'Launches', { tab: 'Send test' }],
  },
  {
    name: 'email-settings',
    address: (sample) => inProject(`/destinations/${sample.destinations.email}/settings`)(sample),
    shows: 'research@example.com',
    reach: ['Webhooks', 'Research team', { tab: 'Settings' }],
  },
  {
    name: 'deliveries',
    address: inProject('/deliveries'),
    shows: 'experiment.started',
    reach: ['Deliveries'],
  },
  {
    name: 'delivery',
    address: (sample) => inProject(`/deliveries/${sample.retryingId}`)(sample),
    shows: 'Verify this signature',
    reach: ['Webhooks', 'CRM sync', 'ces.response_created'],
  },
  { name: 'events', address: inProject('/events'), shows: 'delivered', reach: ['Events'] },
  {
    name: 'event',
    address: (sample) => inProject(`/events/${sample.eventId}`)(sample),
    shows: 'hub.events.CesResponseCreated',
    reach: ['Events', 'ces.response_created'],
  },
  {
    name: 'event-catalogue',
    address: inProject('/event-types'),
    shows: 'billing.plan_changed',
    reach: ['Event catalogue'],
  },
  {
    name: 'event-type',
    address: inProject('/event-types/experiment.started'),
    shows: 'variants[].weight',
    reach: ['Event catalogue', 'experiment.started'],
  },
  {
    name: 'inspector',
    address: inProject('/inspector'),
    shows: 'Waiting for requests',
    reach: ['Inspector'],
  },
  {
    name: 'warehouse',
    address: inProject('/warehouse'),
    shows: 'Average of seven days',
    reach: ['Warehouse'],
  },
  { name: 'api-keys', address: inProject('/api-keys'), shows: 'checkout service', reach: ['API keys'] },
  { name: 'project-settings', address: inProject('/settings'), shows: 'Delete project', reach: ['Settings'] },
];

const COMPANY_PAGES: readonly DashboardPage[] = [
  { name: 'projects', address: inTenant(''), shows: 'blog.example.com', reach: ['Projects'] },
  { name: 'members', address: inTenant('/members'), shows: 'Priya Shah', reach: ['Members'] },
  { name: 'audit-log', address: inTenant('/audit-log'), shows: 'old importer', reach: ['Audit log'] },
  { name: 'profile', address: () => '/profile', shows: 'This browser', reach: ['Account', 'Profile'] },
  { name: 'nowhere', address: () => '/nowhere', shows: 'There is nothing here', reach: 'a link' },
];

/** The pages of somebody who is signed in. */
export const PAGES: readonly DashboardPage[] = [...PROJECT_PAGES, ...COMPANY_PAGES];

/** The pages of somebody who is not. */
export const ENTRY_PAGES: readonly DashboardPage[] = [
  { name: 'sign-in', address: () => '/sign-in', shows: 'Forgot your password?', reach: 'signing out' },
  { name: 'set-up', address: () => '/setup#token=unknown', shows: 'first owner', reach: 'a link' },
  {
    name: 'invitation',
    address: ({ invitationToken }) => `/invitation#token=${invitationToken}`,
    shows: 'Join Sample Shop Ltd',
    reach: 'a link',
  },
  {
    name: 'invitation-over',
    address: () => '/invitation#token=unknown',
    shows: 'This invitation cannot be used',
    reach: 'a link',
  },
  { name: 'forgot-password', address: () => '/forgot-password', shows: 'Send link', reach: 'a link' },
  {
    name: 'reset-password',
    address: () => '/reset-password#token=unknown',
    shows: 'Choose a new password',
    reach: 'a link',
  },
  {
    name: 'verify-email',
    address: () => '/verify-email#token=unknown',
    shows: 'This link cannot be used',
    reach: 'a link',
  },
];
