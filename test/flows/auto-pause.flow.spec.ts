import { describe, expect, it } from 'vitest';
import { eventually, throughout } from '../harness/eventually.ts';
import { useFlow, type Shop, type TestWebhook } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '100ms,150ms,200ms,250ms', AUTO_PAUSE_PROBE_SPACING: '0s' });

const requestsTo = ({ path }: TestWebhook) => flow.receiver.receipts(path).length;

async function start(path: string): Promise<{ shop: Shop; webhook: TestWebhook }> {
  const shop = await flow.shop();
  return { shop, webhook: await shop.webhook(path) };
}

async function publish(shop: Shop, count: number): Promise<string[]> {
  const events = await Promise.all(Array.from({ length: count }, () => shop.publish()));
  return events.map(({ id }) => id);
}

/** Waits until the webhook is disabled and nothing of it is under way, then sees that it stays so. */
async function expectPaused(shop: Shop, webhook: TestWebhook, requests: number): Promise<void> {
  await eventually(async () => {
    expect((await shop.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({
      enabled: false,
      disabledReason: 'consecutive_failures',
      disabledAt: expect.any(String),
    });
    const statuses = (await shop.deliveries(webhook.id)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'pending' || status === 'retrying')).toEqual([]);
  });
  await throughout(() => expect(requestsTo(webhook)).toBe(requests), 700);
}

/** Waits until no delivery of the webhook is under way. */
async function expectIdle(shop: Shop, webhook: TestWebhook, deliveries: number): Promise<void> {
  await eventually(async () => {
    const all = await shop.deliveries(webhook.id);
    expect(all).toHaveLength(deliveries);
    expect(all.filter(({ status }) => status === 'pending' || status === 'retrying')).toEqual([]);
  });
}

describe.concurrent('a webhook that answers 500', () => {
  it('gets exactly ten attempts, then none, and its other events are held', async () => {
    const { shop, webhook } = await start('/ten');
    flow.receiver.on('/ten', answer(500));
    const ids = await publish(shop, 12);
    await expectPaused(shop, webhook, 10);

    const before = await shop.deliveries(webhook.id);
    expect(before.map(({ eventId }) => eventId).toSorted()).toEqual(ids.toSorted());
    expect(before.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(10);
    for (const { status, reason, attempts } of before) {
      if (status !== 'failed') expect([status, reason]).toEqual(['held', 'consecutive_failures']);
      else expect(attempts).toBe(5);
    }

    const [late] = (await publish(shop, 1)) as [string];
    expect(await shop.settled(webhook.id, late, 'held')).toMatchObject({ attempts: 0, attemptList: [] });
    expect(requestsTo(webhook)).toBe(10);
    await shop.expectHonestBooks(webhook);
  });

  it('gets new events after it is enabled, ten more failures until it is disabled again', async () => {
    const { shop, webhook } = await start('/again');
    flow.receiver.on('/again', answer(500));
    const [held] = (await publish(shop, 4)) as [string];
    await expectPaused(shop, webhook, 10);

    expect(await shop.call('POST', `/webhooks/${webhook.id}/enable`)).toMatchObject({
      status: 200,
      body: { enabled: true, disabledReason: null, disabledAt: null },
    });
    await publish(shop, 4);
    await expectPaused(shop, webhook, 20);

    await shop.call('POST', `/webhooks/${webhook.id}/enable`);
    flow.receiver.on('/again', answer(200));
    const [fresh] = (await publish(shop, 1)) as [string];
    expect(await shop.settled(webhook.id, fresh, 'success')).toMatchObject({ attempts: 1 });
    const all = await shop.deliveries(webhook.id);
    expect(all).toHaveLength(9);
    expect(all.filter(({ status }) => status === 'success')).toHaveLength(1);
    expect(requestsTo(webhook)).toBe(21);
    expect((await shop.deliveries(webhook.id, `&eventId=${held}`))[0]?.status).not.toBe('success');
    await shop.expectHonestBooks(webhook);
  });

  it('is counted over deliveries: the fifth failure of the second one disables it', async () => {
    const { shop, webhook } = await start('/across');
    flow.receiver.on('/across', answer(500));
    const [first] = (await publish(shop, 1)) as [string];
    await shop.settled(webhook.id, first, 'failed');
    expect((await shop.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({ enabled: true });
    expect(requestsTo(webhook)).toBe(5);

    const [second] = (await publish(shop, 1)) as [string];
    expect(await shop.settled(webhook.id, second, 'failed')).toMatchObject({ attempts: 5 });
    await expectPaused(shop, webhook, 10);
  });

  it('but succeeds once after nine failures is disabled only by ten more', async () => {
    const { shop, webhook } = await start('/once');
    flow.receiver.on('/once', (response, _receipt, count) =>
      response.writeHead(count === 10 ? 200 : 500).end(),
    );
    await publish(shop, 7);
    await expectPaused(shop, webhook, 20);
    const statuses = (await shop.deliveries(webhook.id)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'success')).toHaveLength(1);
    await shop.expectHonestBooks(webhook);
  });

  it('is not judged by tests: neither their failures nor their successes count', async () => {
    const { shop, webhook } = await start('/tested');
    const test = () => shop.call('POST', `/webhooks/${webhook.id}/test`);
    // Nine failures: five of one delivery, four of the other, whose fifth attempt is a success.
    flow.receiver.on('/tested', (response, _receipt, count) =>
      response.writeHead(count < 10 ? 500 : 200).end(),
    );
    await publish(shop, 2);
    await expectIdle(shop, webhook, 2);
    expect(requestsTo(webhook)).toBe(10);

    flow.receiver.on('/tested', answer(500));
    const [nine] = (await publish(shop, 1)) as [string];
    await shop.settled(webhook.id, nine, 'failed');
    for (let i = 0; i < 6; i++) expect(await test()).toMatchObject({ status: 200, body: { status: 500 } });
    expect((await shop.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({ enabled: true });
    flow.receiver.on('/tested', answer(200));
    expect(await test()).toMatchObject({ status: 200, body: { status: 200, outcome: 'delivered' } });

    flow.receiver.on('/tested', answer(500));
    await publish(shop, 1);
    // Ten and five and five deliveries' attempts, and seven tests.
    await expectPaused(shop, webhook, 10 + 5 + 5 + 7);
    flow.receiver.on('/tested', answer(202));
    expect(await test()).toMatchObject({ status: 200, body: { status: 202, outcome: 'delivered' } });
    expect((await shop.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({ enabled: false });
    await shop.expectHonestBooks(webhook);
  });
});

describe.concurrent('a webhook that answers', () => {
  it('410 is disabled at once, and its delivery failed', async () => {
    const { shop, webhook } = await start('/gone');
    flow.receiver.on('/gone', answer(410));
    const [first] = (await publish(shop, 1)) as [string];
    expect(await shop.settled(webhook.id, first, 'failed')).toMatchObject({ attempts: 1, lastStatus: 410 });
    await eventually(async () => {
      expect((await shop.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({
        enabled: false,
        disabledReason: 'gone',
      });
    });
    const [second] = (await publish(shop, 1)) as [string];
    expect(await shop.settled(webhook.id, second, 'held')).toMatchObject({ attempts: 0, reason: 'gone' });
    expect(requestsTo(webhook)).toBe(1);
  });

  it('429 is never disabled, though its deliveries fail', async () => {
    const { shop, webhook } = await start('/busy');
    flow.receiver.on('/busy', answer(429, { 'retry-after': '0' }));
    await publish(shop, 3);
    await expectIdle(shop, webhook, 3);
    const all = await shop.deliveries(webhook.id);
    expect(all.map(({ status, attempts }) => [status, attempts])).toEqual([
      ['failed', 5],
      ['failed', 5],
      ['failed', 5],
    ]);
    expect(requestsTo(webhook)).toBe(15);
    expect((await shop.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({ enabled: true });
  });

  it('nothing but timeouts and broken connections is disabled as well', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/unreachable', { url: 'http://127.0.0.1:9/' });
    await publish(shop, 3);
    await expectPaused(shop, webhook, 0);
    const all = await shop.deliveries(webhook.id);
    expect(all.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(10);
  });
});

describe('a held delivery', () => {
  it('is sent on request once its webhook is enabled again', async () => {
    const { shop, webhook } = await start('/held');
    await shop.call('POST', `/webhooks/${webhook.id}/disable`);
    const [id] = (await publish(shop, 1)) as [string];
    const held = await shop.settled(webhook.id, id, 'held');
    expect((await shop.call('POST', `/deliveries/${held.id}/redeliver`)).status).toBe(409);
    await shop.call('POST', `/webhooks/${webhook.id}/enable`);
    await throughout(() => expect(requestsTo(webhook)).toBe(0), 300);

    expect(await shop.call('POST', `/deliveries/${held.id}/redeliver`)).toMatchObject({ status: 202 });
    const sent = await shop.settled(webhook.id, id, 'success');
    expect(sent).toMatchObject({ id: held.id, attempts: 1, reason: null });
    expect(flow.receiver.receipts('/held').map(({ body }) => body.toString())).toEqual([sent.requestBody]);
    await shop.expectHonestBooks(webhook);
  });
});
