import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { startApi, type Client, type TestApi } from '../../../test/harness/admin-api.ts';

let api: TestApi;
let acme: Client;
let webhookId: string;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
  webhookId = await createWebhook(acme);
});
afterAll(() => api?.close());

const createWebhook = async (client: Client) =>
  (await client.call('POST', '/webhooks', { name: 'Orders', url: 'https://example.com/', eventTypes: ['*'] }))
    .body.id;

interface Given {
  status?: string;
  type?: string;
  acceptedAt?: Date;
  eventId?: string;
  attempts?: number;
  isTest?: boolean;
  destinationId?: string;
}

async function addDelivery(given: Given = {}): Promise<string> {
  const id = randomUUID();
  const { status = 'success', type = 'experiment.created', acceptedAt = new Date(), attempts = 1 } = given;
  await api.test.database.run(sql`
    insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, attempts, accepted_at, is_test)
    values (${id}, ${given.eventId ?? randomUUID()}, ${given.destinationId ?? webhookId}, ${acme.tenantId}, ${acme.projectId},
      ${type}, ${status}, ${attempts}, ${acceptedAt}, ${given.isTest ?? false})`);
  return id;
}

async function addEvent(eventId: string, body: Buffer): Promise<void> {
  await api.test.database
    .run(sql`insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
    values (${eventId}, now(), ${acme.tenantId}, ${acme.projectId}, 'experiment.created', now(), ${body})`);
}

async function addAttempt(
  deliveryId: string,
  number: number,
  more: { status?: number; errorClass?: string; body?: Buffer },
): Promise<void> {
  await api.test.database.run(sql`
    insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id,
      duration_ms, url, outcome, error_class, status, request_headers, response_headers, response_body, delivery_status)
    values (${deliveryId}, ${number}, now(), ${randomUUID()}, 'experiment.created', ${acme.tenantId}, ${acme.projectId},
      ${webhookId}, 12, 'https://example.com/', ${more.status === undefined ? 'unreachable' : 'rejected'}, ${more.errorClass ?? null},
      ${more.status ?? null}, ${JSON.stringify({ 'X-Ttoolab-Event-Id': 'e' })}, ${JSON.stringify({ server: 'x\u0000' })},
      ${more.body ?? Buffer.alloc(0)}, 'retrying')`);
}

const idsOf = async (query: string, webhook = webhookId) => {
  const answer = await acme.call('GET', `/webhooks/${webhook}/deliveries?${query}`);
  expect(answer.status).toBe(200);
  return answer.body.items.map((item) => item.id);
};

describe('the list of deliveries', () => {
  it('filters by status, type, event and time', async () => {
    const webhook = await createWebhook(acme);
    const at = (hour: number) => new Date(Date.UTC(2025, 5, 9, hour));
    const eventId = randomUUID();
    const first = await addDelivery({ destinationId: webhook, acceptedAt: at(1), status: 'failed' });
    const second = await addDelivery({
      destinationId: webhook,
      acceptedAt: at(2),
      type: 'ces.response_created',
    });
    const third = await addDelivery({ destinationId: webhook, acceptedAt: at(3), eventId, status: 'held' });
    expect(await idsOf('', webhook)).toEqual([third, second, first]);
    expect(await idsOf('status=failed', webhook)).toEqual([first]);
    expect(await idsOf('type=ces.response_created', webhook)).toEqual([second]);
    expect(await idsOf(`eventId=${eventId}`, webhook)).toEqual([third]);
    expect(await idsOf('from=2025-06-09T02:00:00Z&to=2025-06-09T03:00:00Z', webhook)).toEqual([second]);
    expect(await idsOf('from=2025-06-09T03:00:00%2B01:00&status=success', webhook)).toEqual([second]);
    expect(await idsOf('status=failed&type=ces.response_created', webhook)).toEqual([]);
  });

  it('goes through rows of the same instant once each', async () => {
    const webhook = await createWebhook(acme);
    const acceptedAt = new Date();
    const ids = await Promise.all(
      Array.from({ length: 7 }, () => addDelivery({ destinationId: webhook, acceptedAt })),
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = await acme.call('GET', `/webhooks/${webhook}/deliveries?limit=3${query}`);
      seen.push(...page.body.items.map((item) => item.id));
      cursor = page.body.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids.toSorted().toReversed());
  });
});

describe('a delivery', () => {
  it('is shown with the body it carries and all its attempts', async () => {
    const eventId = randomUUID();
    const id = await addDelivery({ eventId, status: 'retrying', attempts: 3 });
    await addEvent(eventId, Buffer.from('{"id":"\\u0000"}'));
    await addAttempt(id, 2, { errorClass: 'timeout' });
    await addAttempt(id, 1, { status: 500, body: Buffer.from('oh \u0000 no') });
    await addAttempt(id, 3, { status: 302, body: Buffer.from([0xff, 0xfe]) });
    const answer = await acme.call('GET', `/deliveries/${id}`);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        id,
        eventId,
        webhookId,
        status: 'retrying',
        attempts: 3,
        isTest: false,
        requestBody: '{"id":"\\u0000"}',
        attemptList: [
          {
            number: 1,
            status: 500,
            durationMs: 12,
            outcome: 'rejected',
            error: 'The receiver answered 500; only 2xx counts as received.',
            requestHeaders: { 'X-Ttoolab-Event-Id': 'e' },
            responseHeaders: { server: 'x\u0000' },
            responseBody: { encoding: 'utf8', text: 'oh \u0000 no', isTruncated: false },
          },
          { number: 2, status: null, errorClass: 'timeout', error: 'There was no answer in time.' },
          { number: 3, responseBody: { encoding: 'base64', text: '//4=' } },
        ],
      },
    });
  });

  it('of an event that retention removed is still shown', async () => {
    const answer = await acme.call('GET', `/deliveries/${await addDelivery()}`);
    expect(answer).toMatchObject({ status: 200, body: { requestBody: null, attemptList: [] } });
  });

  it('and its event are not another project’s to see', async () => {
    const other = await api.addClient();
    const eventId = randomUUID();
    const id = await addDelivery({ eventId });
    await addEvent(eventId, Buffer.from('{}'));
    expect((await acme.call('GET', `/events/${eventId}`)).body).toMatchObject({
      body: '{}',
      deliveries: [{ id }],
    });
    for (const path of [`/deliveries/${id}`, `/events/${eventId}`]) {
      const [foreign, unknown] = [
        await other.call('GET', path),
        await other.call('GET', path.replace(/[^/]+$/, randomUUID())),
      ];
      expect([foreign.status, unknown.status]).toEqual([404, 404]);
      expect({ ...foreign.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
    }
    expect((await other.call('POST', `/deliveries/${id}/redeliver`)).status).toBe(404);
  });
});

describe('a redelivery', () => {
  const redeliver = (id: string) => acme.call('POST', `/deliveries/${id}/redeliver`);
  async function addEnded(given: Given = {}): Promise<string> {
    const eventId = randomUUID();
    await addEvent(eventId, Buffer.from('{"same":"bytes"}'));
    return addDelivery({ status: 'failed', attempts: 5, eventId, ...given });
  }

  it('is published once with the next number and the same bytes, however often it is asked for', async () => {
    const id = await addEnded();
    const answers = await Promise.all([redeliver(id), redeliver(id), redeliver(id)]);
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([202, 409, 409]);
    const records = api.published.filter((record) => record.value?.id === id);
    expect(records).toEqual([
      expect.objectContaining({
        topic: 'hub.deliveries.webhook',
        key: webhookId,
        value: expect.objectContaining({
          attempt: 6,
          trigger: 'redelivery',
          replayId: null,
          body: Buffer.from('{"same":"bytes"}'),
        }),
      }),
    ]);
    expect((await acme.call('GET', `/deliveries/${id}`)).body).toMatchObject({
      status: 'pending',
      attempts: 5,
    });
  });

  it('that Kafka does not take leaves the delivery as it was', async () => {
    const id = await addEnded();
    api.kafka.isAway = true;
    const answer = await redeliver(id);
    api.kafka.isAway = false;
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, body: { status: 503 } });
    expect((await acme.call('GET', `/deliveries/${id}`)).body.status).toBe('failed');
  });

  it('is refused where it would make no sense', async () => {
    const disabled = await createWebhook(acme);
    await acme.call('POST', `/webhooks/${disabled}/disable`);
    const refused = [
      await addEnded({ status: 'pending' }),
      await addEnded({ status: 'retrying' }),
      await addEnded({ isTest: true }),
      await addEnded({ destinationId: randomUUID() }),
      await addEnded({ destinationId: disabled }),
      await addDelivery({ status: 'failed' }),
    ];
    for (const id of refused)
      expect(await redeliver(id)).toMatchObject({ status: 409, body: { title: 'Conflict' } });
  });
});
