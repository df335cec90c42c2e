import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { EVENT_CATALOGUE } from '#events';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';
import { startExampleReceiver } from '../harness/example-receiver.ts';
import { answer, type Receipt } from '../harness/receiver.ts';

// Retries a second apart, so that the seconds of two timestamps differ.
const flow = useFlow({ RETRY_DELAYS: '1001ms,1002ms,100ms,200ms', AUTO_PAUSE_PROBE_SPACING: '0s' });

async function receiptsAt(path: string, count: number): Promise<Receipt[]> {
  return eventually(() => {
    const receipts = flow.receiver.receipts(path);
    expect(receipts).toHaveLength(count);
    return receipts;
  });
}

/** The signature as docs say to compute it, written down apart from the hub's own code. */
const documentedSignature = (secret: string, { headers, body }: Receipt) =>
  createHmac('sha256', Buffer.from(secret, 'utf8'))
    .update(Buffer.concat([Buffer.from(String(headers['x-ttoolab-timestamp'])), body]))
    .digest('hex');

describe('a request', () => {
  it('is a POST with every header of the contract, and no other but what HTTP itself needs', async () => {
    const shop = await flow.shop();
    const { path, secret } = await shop.webhook('/headers');
    const event = await shop.publish();
    const [receipt] = (await receiptsAt(path, 1)) as [Receipt];

    const {
      host,
      connection,
      accept,
      'accept-encoding': encoding,
      'content-length': length,
      ...headers
    } = receipt.headers;
    const timestamp = String(headers['x-ttoolab-timestamp']);
    expect(headers).toEqual({
      'x-ttoolab-event-id': event.id,
      'x-ttoolab-event-type': 'experiment.conversion',
      'x-ttoolab-timestamp': timestamp,
      'x-ttoolab-signature': documentedSignature(secret, receipt),
      'content-type': 'application/json',
      'user-agent': 'Ttoolab-Webhooks/1.0',
      'webhook-id': event.id,
      'webhook-timestamp': timestamp,
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
    expect(receipt.method).toBe('POST');
    expect(timestamp).toMatch(/^\d{10}$/);
    expect(Math.abs(receipt.atMs / 1000 - Number(timestamp))).toBeLessThan(5);
    expect({ host, connection, accept, encoding, length }).toEqual({
      host: new URL(flow.receiver.url('/')).host,
      connection: 'keep-alive',
      accept: '*/*',
      encoding: 'identity',
      length: String(receipt.body.length),
    });
  });

  it('is verified by the official Standard Webhooks library, unchanged', async () => {
    const shop = await flow.shop();
    const { path, secret } = await shop.webhook('/standard');
    const event = await shop.publish();
    const [{ headers, body }] = (await receiptsAt(path, 1)) as [Receipt];

    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(verified).toEqual(JSON.parse(body.toString()));
    expect(verified).toMatchObject({ id: event.id });
    expect(() =>
      new Webhook(secret).verify(`${body.toString()} `, headers as Record<string, string>),
    ).toThrow();
  });

  it('carries the envelope in the contract’s order of fields, and the API shows those very bytes', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/body');
    const event = await shop.publish({
      ...sampleEvent('experiment.exposure'),
      ...{ createdAt: '2025-06-09T14:00:00.5+02:00' },
    });
    const [{ body }] = (await receiptsAt('/body', 1)) as [Receipt];

    const { tenantId, projectId } = shop;
    const { id, type, data } = event;
    expect(body.toString()).toBe(
      JSON.stringify({ id, type, projectId, tenantId, createdAt: '2025-06-09T12:00:00.500Z', data }),
    );
    const delivery = await shop.settled(webhook.id, id, 'success');
    expect(delivery.requestBody).toBe(body.toString());
    expect((await shop.call('GET', `/events/${id}`)).body).toMatchObject({
      id,
      type,
      createdAt: '2025-06-09T12:00:00.500Z',
      body: body.toString(),
    });
  });

  it('has the same id and bytes on every attempt, with a fresh timestamp and signature', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/attempts');
    flow.receiver.on('/attempts', (response, _receipt, count) =>
      response.writeHead(count < 3 ? 500 : 200).end(),
    );
    const event = await shop.publish();
    const receipts = await receiptsAt('/attempts', 3);

    expect(new Set(receipts.map(({ body }) => body.toString('hex'))).size).toBe(1);
    expect(receipts.map(({ headers }) => headers['webhook-id'])).toEqual([event.id, event.id, event.id]);
    const unique = (name: string) => new Set(receipts.map(({ headers }) => headers[name])).size;
    expect(
      ['x-ttoolab-timestamp', 'x-ttoolab-signature', 'webhook-timestamp', 'webhook-signature'].map(unique),
    ).toEqual([3, 3, 3, 3]);
    for (const receipt of receipts) {
      expect(receipt.headers['x-ttoolab-signature']).toBe(documentedSignature(webhook.secret, receipt));
      expect(Math.abs(receipt.atMs / 1000 - Number(receipt.headers['x-ttoolab-timestamp']))).toBeLessThan(2);
      new Webhook(webhook.secret).verify(receipt.body, receipt.headers as Record<string, string>);
    }
    await shop.settled(webhook.id, event.id, 'success');
    await shop.expectHonestBooks(webhook);
  });
});

describe('the event types', () => {
  it('are the fifteen of the contract, and the hub’s own news, each with an example', async () => {
    const shop = await flow.shop();
    const { status, body } = await shop.call<{
      items: { type: string; isNews: boolean; example: object }[];
    }>('GET', '/v1/event-types');
    expect(status).toBe(200);
    const typesOf = (isNews: boolean) =>
      body.items.flatMap((item) => (item.isNews === isNews ? [item.type] : [])).toSorted();
    expect(typesOf(true)).toEqual([
      'delivery.exhausted',
      'webhook.disabled',
      'webhook.failing',
      'webhook.recovered',
    ]);
    expect(typesOf(false)).toEqual(
      [
        ...['billing.plan_changed', 'ces.response_created', 'experiment.conversion', 'experiment.created'],
        ...['experiment.exposure', 'experiment.finished', 'experiment.paused', 'experiment.published'],
        ...[
          'experiment.started',
          'experiment.winner_detected',
          'feature_flag.created',
          'feature_flag.exposed',
        ],
        ...['feature_flag.updated', 'usage.limit_reached', 'webhook.test'],
      ].toSorted(),
    );
  });

  const publishable = EVENT_CATALOGUE.flatMap(({ type, isNews }) =>
    isNews || type === 'webhook.test' ? [] : [type],
  );

  it.each(publishable)('%s is delivered with the data of its published example', async (type) => {
    const shop = await flow.shop();
    const { body } = await shop.call<{
      items: { type: string; example: { data: Record<string, unknown> } }[];
    }>('GET', '/v1/event-types');
    const data = body.items.find((item) => item.type === type)?.example.data ?? {};
    const path = `/types/${type}`;
    await shop.webhook(path, { eventTypes: [type] });
    const event = await shop.publish({ ...sampleEvent(type), data });

    const [receipt] = (await receiptsAt(path, 1)) as [Receipt];
    const delivered = JSON.parse(receipt.body.toString()) as Record<string, unknown>;
    expect(delivered).toEqual({ ...delivered, id: event.id, type, data });
    expect(Object.keys(delivered)).toEqual(['id', 'type', 'projectId', 'tenantId', 'createdAt', 'data']);
    expect(JSON.stringify(delivered['data'])).toBe(JSON.stringify(data));
    expect(receipt.headers['x-ttoolab-event-type']).toBe(type);
  });

  it('webhook.test is delivered by Send test alone, signed as any other', async () => {
    const shop = await flow.shop();
    const { id, path, secret } = await shop.webhook('/test', { eventTypes: ['ces.response_created'] });
    flow.receiver.on(path, answer(201));
    const { body } = await shop.call<{ eventId: string }>('POST', `/webhooks/${id}/test`);
    const [receipt] = (await receiptsAt(path, 1)) as [Receipt];

    expect(body).toMatchObject({ status: 201, outcome: 'delivered', responseBody: { text: 'answered' } });
    expect(new Webhook(secret).verify(receipt.body, receipt.headers as Record<string, string>)).toEqual({
      id: body.eventId,
      type: 'webhook.test',
      projectId: shop.projectId,
      tenantId: shop.tenantId,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      data: { message: 'This is a test event from Ttoolab', test: true },
    });
    expect(receipt.headers['x-ttoolab-signature']).toBe(documentedSignature(secret, receipt));
  });
});

describe.each(['typescript', 'python'] as const)('the example receiver in %s', (language) => {
  it('verifies the hub’s deliveries, refuses those of another secret, and keeps its table', async () => {
    const shop = await flow.shop();
    const receiver = await startExampleReceiver(language);
    try {
      const stranger = await shop.webhook('/none', { url: receiver.url, eventTypes: ['experiment.created'] });
      const { id, secret } = await shop.webhook('/none', {
        url: receiver.url,
        eventTypes: ['experiment.started'],
      });
      await receiver.start(secret);
      const event = await shop.publish(sampleEvent('experiment.started'));
      const delivery = await shop.settled(id, event.id, 'success');
      expect(delivery.attempts).toBe(1);
      expect(await receiver.experiments()).toMatchObject([
        { experimentId: event.data['experimentId'], status: 'running' },
      ]);

      const foreign = await shop.publish(sampleEvent('experiment.created'));
      const refused = await eventually(async () => {
        const [found] = await shop.deliveries(stranger.id, `&eventId=${foreign.id}`);
        expect(found).toMatchObject({ lastStatus: 401 });
        return found;
      });
      expect(refused?.status).toBe('retrying');
      expect(await receiver.experiments()).toHaveLength(1);
    } finally {
      await receiver.stop();
    }
  });
});
