import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { verifySignature } from '#webhooks';
import { startApi, startReceiver, type Client, type TestApi } from '../../../test/harness/admin-api.ts';

let api: TestApi;
let acme: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'), 1_000);
  acme = await api.addClient();
});
afterAll(() => api?.close());

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

async function testWith(answer: Parameters<typeof startReceiver>[0], prepare = async (_id: string) => {}) {
  const receiver: Receiver = await startReceiver(answer);
  try {
    const url = receiver.url;
    const webhook = await acme.call('POST', '/webhooks', {
      name: 'T',
      url,
      eventTypes: ['ces.response_created'],
    });
    await prepare(webhook.body.id);
    const result = await acme.call('POST', `/webhooks/${webhook.body.id}/test`);
    return { webhook: webhook.body, result, requests: receiver.requests };
  } finally {
    receiver.close();
  }
}

describe('Send test', () => {
  it('sends a signed webhook.test, whatever the webhook subscribes to, and records it', async () => {
    const { webhook, result, requests } = await testWith((_, response) =>
      response.writeHead(201).end('thanks'),
    );
    expect(result).toMatchObject({
      status: 200,
      body: {
        outcome: 'delivered',
        status: 201,
        errorClass: null,
        error: null,
        latencyMs: expect.any(Number),
      },
    });
    expect(result.body.responseBody).toEqual({ encoding: 'utf8', text: 'thanks', isTruncated: false });
    const [request] = requests;
    expect(requests).toHaveLength(1);
    const body = JSON.parse(request?.body.toString() ?? '') as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['id', 'type', 'projectId', 'tenantId', 'createdAt', 'data']);
    expect(body).toMatchObject({
      id: result.body.eventId,
      type: 'webhook.test',
      data: { message: 'This is a test event from Ttoolab', test: true },
    });
    for (const scheme of ['ttoolab', 'standard'] as const) {
      const headers = request?.headers as Record<string, string>;
      const received = {
        scheme,
        headers,
        body: request?.body ?? Buffer.alloc(0),
        secret: webhook.secret,
        nowMs: Date.now(),
      };
      expect(verifySignature(received)).toEqual({ ok: true });
    }
    const delivery = await acme.call('GET', `/deliveries/${String(result.body.deliveryId)}`);
    expect(delivery.body).toMatchObject({
      isTest: true,
      status: 'success',
      attempts: 1,
      requestBody: request?.body.toString(),
      attemptList: [{ number: 1, status: 201, responseBody: { text: 'thanks' } }],
    });
    const listed = await acme.call('GET', `/webhooks/${webhook.id}/deliveries?type=webhook.test`);
    expect(listed.body.items).toHaveLength(1);
  });

  it('shows the first 1 KiB and cuts no character', async () => {
    const { result } = await testWith((_, response) => response.writeHead(500).end(`a${'é'.repeat(2_000)}`));
    expect(result.body).toMatchObject({
      outcome: 'rejected',
      status: 500,
      error: expect.stringContaining('500'),
    });
    expect(result.body.responseBody).toEqual({
      encoding: 'utf8',
      text: `a${'é'.repeat(511)}`,
      isTruncated: true,
    });
  });

  it('works on a disabled webhook and leaves it as it is', async () => {
    const { webhook, result } = await testWith(
      (_, response) => response.writeHead(500).end(),
      async (id) => void (await acme.call('POST', `/webhooks/${id}/disable`)),
    );
    expect(result.body).toMatchObject({ status: 500 });
    expect((await acme.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({ enabled: false });
  });

  it('says in plain words that there was no answer', async () => {
    const { result } = await testWith(() => undefined);
    expect(result.body).toMatchObject({
      outcome: 'unreachable',
      status: null,
      errorClass: 'timeout',
      error: 'There was no answer in time.',
    });
  });

  it('says so when nobody listens', async () => {
    const webhook = await acme.call('POST', '/webhooks', {
      name: 'T',
      url: 'http://127.0.0.1:1/',
      eventTypes: ['*'],
    });
    const result = await acme.call('POST', `/webhooks/${webhook.body.id}/test`);
    expect(result.body).toMatchObject({
      outcome: 'unreachable',
      errorClass: 'connect',
      error: 'No connection could be made.',
    });
  });
});
