import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCanaries, type Canary, type Place } from '../harness/canaries.ts';
import { addDestinations, deliver, useDestinations } from '../harness/canary-destinations.ts';
import { expectAnswer, startCanaryHub, type CanaryHub } from '../harness/canary-hub.ts';
import { comeIn, liveOn, type CanaryTenant } from '../harness/canary-people.ts';
import { answersOf, columnsOf, filesOf, recordsOf } from '../harness/canary-places.ts';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';

let canaries: CanaryHub;
let tenant: CanaryTenant;
let known: Record<string, string>;
/** What is no secret, and so must be found by each of the searches. */
let decoys: Canary[];

beforeAll(async () => {
  canaries = await startCanaryHub();
  tenant = await comeIn(canaries);
  const made = await addDestinations(canaries, tenant);
  const eventId = await deliver(canaries, tenant, Object.keys(made).length);
  await useDestinations(canaries, tenant, made);
  await liveOn(canaries, tenant);
  await askWrongly(made['takes'] ?? '');
  await loseDatabase();
  await restartWithWrongSecrets(made);
  await failToStart();
  decoys = [{ name: 'the event', value: eventId }];
  known = await idsOf(made, eventId);
}, 300_000);
afterAll(() => canaries?.close());

/** Secrets where they do not belong: in a wrong field, an unknown one, a URL, a header, a body that cannot be read. */
async function askWrongly(webhookId: string): Promise<void> {
  const { plant, receiver } = canaries;
  const lost = plant('what a client put where it does not belong', 'canary-lost-8f1d2c6b7a905e43');
  const webhooks = `/v1/projects/${tenant.projectId}/webhooks`;
  const webhook = { name: 'Wrong', url: receiver.url('/wrong'), eventTypes: ['*'] };
  const bodies: unknown[] = [
    { ...webhook, url: `http://hub:${lost}@127.0.0.1/` },
    { ...webhook, url: `ftp://127.0.0.1/?${lost}` },
    { ...webhook, url: `http://10.0.0.1/?${lost}` },
    { ...webhook, eventTypes: [lost.toUpperCase()] },
    { ...webhook, secret: lost },
    { ...webhook, headers: { 'x-key': `${lost}\u0007` } },
    { ...webhook, headers: { 'webhook-signature': lost } },
    `{"secret": "${lost}`,
    [lost],
  ];
  for (const body of bodies) await expectAnswer(canaries, 400, 'POST', webhooks, body);
  for (const body of bodies) await expectAnswer(canaries, 400, 'PATCH', `${webhooks}/${webhookId}`, body);
  const slack = { kind: 'slack', name: 'Wrong', eventTypes: ['*'] };
  const target = { botToken: `xoxb-${lost}\n`, webhookUrl: `https://hooks.slack.com/${lost}` };
  const destinations = `/v1/projects/${tenant.projectId}/destinations`;
  await expectAnswer(canaries, 400, 'POST', destinations, { ...slack, ...target });
  await expectAnswer(canaries, 400, 'POST', '/v1/events', { type: 'experiment.started', token: lost });
  await expectAnswer(canaries, 415, 'POST', '/v1/events', lost, {
    headers: { 'content-type': 'text/plain' },
  });
  await expectAnswer(canaries, 400, 'GET', `${webhooks}?cursor=${lost}`);
  await expectAnswer(canaries, 400, 'GET', `${webhooks}?apiKey=${lost}`);
  await expectAnswer(canaries, 404, 'GET', `/v1/nowhere?key=${lost}`);
  for (const authorization of [`Bearer thk_${lost}`, `Basic ${btoa(lost)}`, lost])
    await expectAnswer(canaries, 401, 'GET', webhooks, undefined, { headers: { authorization } });
  const cookie = `hub.session_token=${lost}.${lost}`;
  await expectAnswer(canaries, 401, 'GET', '/v1/me', undefined, { as: 'nobody', headers: { cookie } });
}

/** What a request or a delivery says while PostgreSQL is away. */
async function loseDatabase(): Promise<void> {
  canaries.database.cut();
  const webhook = { name: 'Lost', url: canaries.receiver.url('/lost'), eventTypes: ['*'] };
  const wrong = canaries.planted.find(({ name }) => name === 'a wrong password')?.value;
  await expectAnswer(canaries, 503, 'POST', `/v1/projects/${tenant.projectId}/webhooks`, webhook);
  const body = { email: 'mira@example.com', password: wrong };
  expect((await canaries.ask('POST', '/v1/auth/sign-in', body)).status).toBeGreaterThanOrEqual(500);
  expect((await canaries.ask('GET', '/v1/me', undefined, { as: 'person' })).status).toBeGreaterThanOrEqual(
    500,
  );
  await expectAnswer(canaries, 202, 'POST', '/v1/events', sampleEvent('experiment.paused'));
  canaries.database.mend();
  await eventually(async () => {
    expect((await canaries.ask('GET', '/readyz')).status).toBe(200);
  }, 60_000);
}

/** With a password that the SMTP server refuses, then with another master key: what is stored cannot be read. */
async function restartWithWrongSecrets(made: Record<string, string>): Promise<void> {
  const { hub, smtp, plant } = canaries;
  const path = (name: string) => `/v1/projects/${tenant.projectId}/destinations/${made[name]}/test`;
  await hub.process('all-in-one').kill('SIGTERM');
  const password = plant('a wrong SMTP password');
  const unmailed = hub.addProcess('all-in-one', { SMTP_URL: smtp.url.replace('//', `//hub:${password}@`) });
  await unmailed.start();
  const { json } = await expectAnswer(canaries, 200, 'POST', path('email'));
  expect(json['outcome']).not.toBe('delivered');
  await canaries.ask('POST', '/v1/auth/forgot-password', { email: 'mira@example.com' });
  await unmailed.kill('SIGTERM');
  const wrongKey = plant('another master key', 'canary-key-of-somebody-else-4242');
  const foreign = hub.addProcess('all-in-one', { MASTER_KEY: btoa(wrongKey), MASTER_KEY_PREVIOUS: '' });
  await foreign.start();
  for (const name of ['takes', 'slack', 'email']) await canaries.ask('POST', path(name));
  const event = sampleEvent('experiment.started');
  await expectAnswer(canaries, 202, 'POST', '/v1/events', event);
  await eventually(() => {
    expect(Buffer.concat(canaries.output).toString()).toContain('secret_unreadable');
  });
  await foreign.kill('SIGTERM');
  await hub.process('all-in-one').start();
}

/** What a process says of settings that it cannot start with. */
async function failToStart(): Promise<void> {
  const { hub, plant } = canaries;
  const lost = plant('a setting that is wrong', 'canary-setting-77ab01c2d3e4f596');
  const database = (url: string) => url.replace(/\/\/[^@]*@/, `//nobody:${lost}@`);
  const wrong: Record<string, string>[] = [
    { MASTER_KEY: lost },
    { MASTER_KEY_PREVIOUS: lost },
    { SMTP_URL: `http://hub:${lost}@localhost` },
    { DATABASE_URL: `mysql://hub:${lost}@localhost` },
    { DATABASE_URL: database(hub.env['DATABASE_URL'] ?? '') },
    { KAFKA_SSL: lost, HTTP_PORT: lost },
  ];
  for (const env of wrong) await expect(hub.addProcess('ingest', env).start()).rejects.toThrow();
}

/** One object of each kind, as the paths of the API call them. */
async function idsOf(made: Record<string, string>, eventId: string): Promise<Record<string, string>> {
  const { tenantId, projectId } = tenant;
  const destinationId = made['refuses'] ?? '';
  const path = `/v1/projects/${projectId}/webhooks/${destinationId}/deliveries`;
  const { json } = await expectAnswer(canaries, 200, 'GET', path);
  const [delivery] = json['items'] as { id: string }[];
  const erasures = await expectAnswer(canaries, 200, 'GET', `/v1/projects/${projectId}/erasures`);
  const [erasure] = erasures.json['items'] as { id: string }[];
  return {
    ...{ tenantId, projectId, eventId, destinationId, webhookId: destinationId, number: '1' },
    deliveryId: delivery?.id ?? '',
    erasureId: erasure?.id ?? '',
  };
}

function expectNoCanary(places: Place[], least: number): void {
  expect(places.length).toBeGreaterThanOrEqual(least);
  expect(findCanaries(decoys, places)).not.toEqual([]);
  expect(findCanaries(canaries.planted, places)).toEqual([]);
}

describe('a secret', () => {
  it('is in nothing that the processes write', () => {
    expectNoCanary([{ name: 'output', bytes: Buffer.concat(canaries.output) }], 1);
    expect(canaries.planted.length).toBeGreaterThan(40);
  });

  it('is in no record of any topic', async () => {
    const { KAFKA_BROKERS: brokers = '', KAFKA_TOPIC_PREFIX: prefix = '' } = canaries.hub.env;
    const records = await recordsOf(brokers.split(','), prefix);
    expect(new Set(records.map(({ name }) => name))).toContain('topic hub.destinations');
    expectNoCanary(records, 100);
  });

  it('is in no column of any table', async () => {
    expectNoCanary(await columnsOf(canaries.hub.database), 1_000);
  });

  it('is in no request, Slack message or e-mail but the one that it is for', () => {
    const { receiver, slack, smtp } = canaries;
    const requests = receiver
      .receipts()
      .map(({ path, headers, body }) => ({ path, headers, body: String(body) }));
    const messages = slack.posts().map(({ text, blocks }) => ({ text, blocks }));
    const sent = { request: requests, message: messages, mail: smtp.mails };
    for (const [name, all] of Object.entries(sent))
      expectNoCanary(
        all.map((each) => ({ name, bytes: Buffer.from(JSON.stringify(each)) })),
        3,
      );
  });

  it('is in no file of the warehouse', () => {
    const files = filesOf(canaries.hub.env['WAREHOUSE_DIR'] ?? '');
    expect(findCanaries(canaries.planted, files)).toEqual([]);
  });

  it('is in no answer but the one that shows it, and on no page', async () => {
    const seen = (as: 'person' | 'key') => (path: string) => canaries.ask('GET', path, undefined, { as });
    const places = [...(await answersOf(seen('person'), known)), ...(await answersOf(seen('key'), known))];
    const refused = places.filter(({ name }) => !name.startsWith('answer 200'));
    expect(places.length - refused.length).toBeGreaterThan(60);
    expectNoCanary([...places, ...canaries.answers], 150);
  });
});
