import { afterAll, beforeAll, expect } from 'vitest';
import { sampleEvent } from './events.ts';
import { eventually } from './eventually.ts';
import { useFlow, type Flow, type Shop, type TestWebhook } from './flow.ts';
import { tokenIn } from './people.ts';
import { answer } from './receiver.ts';
import { addPeople, liveALittle, type SamplePerson } from './sample-people.ts';
import { addTraffic, pastSurveys, WHOLE_PROJECT } from './sample-traffic.ts';
import { startSlackServer, type SlackServer } from './slack-server.ts';
import { startSmtpServer, type TestSmtpServer } from './smtp-server.ts';

/** A company with a project in which something of everything has happened, for pages to show. */
export interface SampleShop {
  shop: Shop;
  /** By role. */
  people: Record<string, SamplePerson>;
  webhooks: { healthy: TestWebhook; flaky: TestWebhook; paused: TestWebhook };
  destinations: { slack: string; email: string };
  /** A delivery with a failed attempt and one to come. */
  retryingId: string;
  /** A survey's answer, which went to every destination. */
  eventId: string;
  /** Of an invitation that nobody has accepted. */
  invitationToken: string;
}

/** A hub with a sample shop, for the tests of a file. */
export interface SampleHub {
  readonly flow: Flow;
  readonly sample: SampleShop;
  readonly slack: SlackServer;
}

const TYPES = ['experiment.conversion', 'experiment.started', 'ces.response_created', 'feature_flag.updated'];
const SURVEY_DAYS = 60;

/** Starts the hub, with a mail server and a Slack of its own, and fills the shop, before the tests of the file. */
export function useSampleShop(): SampleHub {
  let smtp: TestSmtpServer | undefined;
  let slack: SlackServer | undefined;
  let sample: SampleShop | undefined;
  beforeAll(async () => {
    [smtp, slack] = await Promise.all([startSmtpServer(), startSlackServer({ spacingMs: 0 })]);
  });
  // The first retry comes late, so that a delivery can be seen waiting for it.
  const flow = useFlow(() => ({
    RETRY_DELAYS: '5m',
    SMTP_URL: smtp?.url ?? '',
    SLACK_API_URL: slack?.apiUrl ?? '',
  }));
  beforeAll(async () => {
    if (smtp && slack) sample = await fillShop(flow, smtp, slack);
  }, 120_000);
  afterAll(async () => {
    await Promise.all([smtp?.close(), slack?.close()]);
  });
  return {
    flow,
    get sample() {
      return sample ?? failEarly();
    },
    get slack() {
      return slack ?? failEarly();
    },
  };
}

async function fillShop(flow: Flow, smtp: TestSmtpServer, slack: SlackServer): Promise<SampleShop> {
  const shop = await flow.shop();
  const people = await addPeople(flow, shop);
  const { viewer } = await liveALittle(flow, shop, people['owner'] as SamplePerson);
  const webhooks = await addWebhooks(flow, shop);
  const destinations = await addDestinations(shop, slack);
  const { healthy, flaky, paused } = webhooks;
  await addTraffic(flow.hub.database, shop, [
    { id: WHOLE_PROJECT, volume: 150, failing: 4 },
    { id: healthy.id, volume: 100, failing: 0 },
    { id: flaky.id, volume: 20, failing: 22 },
    { id: paused.id, volume: 12, failing: 9 },
    { id: destinations.slack, volume: 9, failing: 1 },
    { id: destinations.email, volume: 9, failing: 0 },
  ]);
  const { id: eventId } = await publishDay(shop);
  const retrying = await shop.settled(flaky.id, eventId, 'retrying');
  await eventually(async () => {
    const { body } = await shop.call<{ enabled: boolean }>('GET', `/webhooks/${paused.id}`);
    expect(body.enabled).toBe(false);
  });
  await shop.call('POST', '/inspector');
  const invitation = smtp.mails.find(({ to, text }) => to.includes(viewer) && tokenIn(text) !== '');
  return {
    ...{ shop, people, webhooks, destinations, eventId },
    retryingId: retrying.id,
    invitationToken: tokenIn(invitation?.text),
  };
}

async function addWebhooks(flow: Flow, shop: Shop): Promise<SampleShop['webhooks']> {
  flow.receiver.on('/crm', answer(500, { 'x-reason': 'maintenance' }));
  flow.receiver.on('/old', answer(410));
  const healthy = await shop.webhook('/admin-tool', { name: 'Admin tool', eventTypes: ['*'] });
  await publishPast(shop);
  // What fails comes after them, so that one delivery waits, and not hundreds.
  return {
    healthy,
    flaky: await shop.webhook('/crm', { name: 'CRM sync', eventTypes: ['ces.*'] }),
    paused: await shop.webhook('/old', { name: 'Old data lake', eventTypes: ['experiment.*', 'ces.*'] }),
  };
}

/** Surveys of the last weeks, until all are delivered. */
async function publishPast(shop: Shop): Promise<void> {
  const past = pastSurveys(SURVEY_DAYS);
  for (let from = 0; from < past.length; from += 100) {
    const batch = await shop.call('POST', '/v1/events/batch', { events: past.slice(from, from + 100) });
    expect(batch).toMatchObject({ status: 202 });
  }
  await eventually(async () => {
    const { body } = await shop.call<{ total: { delivered: number } }>('GET', '/statistics');
    expect(body.total.delivered).toBe(past.length);
  }, 60_000);
}

async function addDestinations(shop: Shop, slack: SlackServer): Promise<SampleShop['destinations']> {
  const add = async (body: object) => {
    const answered = await shop.call<{ id: string }>('POST', '/destinations', body);
    expect(answered).toMatchObject({ status: 201 });
    return answered.body.id;
  };
  const eventTypes = ['experiment.started', 'experiment.winner_detected'];
  return {
    slack: await add({
      kind: 'slack',
      name: 'Launches',
      eventTypes,
      webhookUrl: slack.webhookUrl('launches'),
    }),
    email: await add({
      kind: 'email',
      name: 'Research team',
      eventTypes: ['ces.*'],
      rateLimit: 5,
      recipients: ['research@example.com', 'lena@example.com'],
    }),
  };
}

/** @returns a survey's answer of today */
async function publishDay(shop: Shop): Promise<{ id: string }> {
  const events = [];
  for (let i = 0; i < 16; i += 1) events.push(await shop.publish(sampleEvent(TYPES[i % TYPES.length])));
  const survey = events.findLast(({ type }) => type === 'ces.response_created');
  if (survey === undefined) throw new Error('no survey was published');
  return survey;
}

function failEarly(): never {
  throw new Error('the shop is not filled yet');
}
