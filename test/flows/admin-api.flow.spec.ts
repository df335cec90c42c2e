import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow, type ListedDelivery, type Shop, type TestWebhook } from '../harness/flow.ts';
import { answer, type Receipt } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '400ms,500ms', AUTO_PAUSE_PROBE_SPACING: '0s' });

interface DeliveryPage {
  items: ListedDelivery[];
  nextCursor: string | null;
}

async function receiptsAt(path: string, count: number): Promise<Receipt[]> {
  await eventually(() => expect(flow.receiver.receipts(path)).toHaveLength(count));
  return flow.receiver.receipts(path);
}

async function publishMany(shop: Shop, count: number, type = 'experiment.conversion'): Promise<string[]> {
  const events = Array.from({ length: count }, () => sampleEvent(type));
  expect((await shop.call('POST', '/v1/events/batch', { events })).status).toBe(202);
  return events.map(({ id }) => id);
}

/** Waits until the webhook has so many deliveries, all of them at this status. */
async function expectAll(shop: Shop, { id }: TestWebhook, count: number, status: string): Promise<void> {
  await eventually(async () => {
    const all = await shop.deliveries(id);
    expect(all.map((delivery) => delivery.status)).toEqual(Array.from({ length: count }, () => status));
  });
}

describe('a webhook’s secret', () => {
  it('is in the answer to its creation and in no other', async () => {
    const shop = await flow.shop();
    const { id, secret } = await shop.webhook('/secret');
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const event = await shop.publish();
    const delivery = await shop.settled(id, event.id, 'success');
    const rotated = await shop.call<{ secret: string }>('POST', `/webhooks/${id}/secret/rotate`);
    expect(rotated).toMatchObject({ status: 200, body: { secret: expect.stringMatching(/^whsec_/) } });

    const others = [
      ...[await shop.call('GET', '/webhooks'), await shop.call('GET', `/webhooks/${id}`)],
      await shop.call('PATCH', `/webhooks/${id}`, { name: 'Renamed' }),
      await shop.call('POST', `/webhooks/${id}/disable`),
      await shop.call('POST', `/webhooks/${id}/enable`),
      await shop.call('POST', `/webhooks/${id}/test`),
      await shop.call('GET', `/webhooks/${id}/deliveries`),
      await shop.call('GET', `/deliveries/${delivery.id}`),
      await shop.call('GET', `/events/${event.id}`),
      await shop.call('POST', `/webhooks/${id}/secret/promote`),
      await shop.call('POST', '/webhooks', { name: secret }),
    ];
    expect(others.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => 200), 400]);
    for (const { body } of others) {
      for (const kept of [secret, rotated.body.secret])
        expect(JSON.stringify(body)).not.toContain(kept.slice('whsec_'.length));
    }
    expect(JSON.stringify(rotated.body)).not.toContain(secret.slice('whsec_'.length));
    const logged = flow.hub.process('all-in-one').lines().join('\n');
    for (const kept of [secret, rotated.body.secret, shop.key])
      expect(logged).not.toContain(kept.replace(/^\w+_/, ''));
  });

  it('is replaced in two steps: both sign while it rotates, the next alone once promoted', async () => {
    const shop = await flow.shop();
    const { id, secret } = await shop.webhook('/rotation');
    const hex = (key: string, { headers, body }: Receipt) =>
      createHmac('sha256', key).update(String(headers['x-ttoolab-timestamp'])).update(body).digest('hex');
    const isStandard = (key: string, { headers, body }: Receipt) => {
      try {
        return new Webhook(key).verify(body, headers as Record<string, string>) !== undefined;
      } catch {
        return false;
      }
    };
    await shop.publish();
    const { body: next } = await shop.call<{ secret: string }>('POST', `/webhooks/${id}/secret/rotate`);
    expect(next.secret).not.toBe(secret);
    await receiptsAt('/rotation', 1);
    await shop.publish();
    const [before, during] = (await receiptsAt('/rotation', 2)) as [Receipt, Receipt];
    expect((await shop.call('POST', `/webhooks/${id}/secret/promote`)).status).toBe(200);
    expect((await shop.call('POST', `/webhooks/${id}/secret/promote`)).status).toBe(409);
    await shop.publish();
    const after = (await receiptsAt('/rotation', 3))[2] as Receipt;

    expect([before, during, after].map((r) => r.headers['x-ttoolab-signature'])).toEqual([
      ...[hex(secret, before), hex(secret, during), hex(next.secret, after)],
    ]);
    const signatures = (receipt: Receipt) => String(receipt.headers['webhook-signature']).split(' ').length;
    expect([signatures(during), signatures(after)]).toEqual([2, 1]);
    expect([isStandard(secret, during), isStandard(next.secret, during)]).toEqual([true, true]);
    expect([isStandard(secret, after), isStandard(next.secret, after)]).toEqual([false, true]);
  });
});

describe('the list of deliveries', () => {
  it('is filtered by status, type, time and event', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/filters');
    flow.receiver.on('/filters', (response, { headers }) =>
      response.writeHead(headers['x-ttoolab-event-type'] === 'experiment.created' ? 500 : 200).end(),
    );
    const conversions = await publishMany(shop, 6);
    const surveys = await publishMany(shop, 4, 'ces.response_created');
    const created = await publishMany(shop, 2, 'experiment.created');
    await eventually(async () => {
      expect(await shop.deliveries(webhook.id, '&status=success')).toHaveLength(10);
      expect(await shop.deliveries(webhook.id, '&status=failed')).toHaveLength(2);
    });
    const all = await shop.deliveries(webhook.id);
    const idsOf = async (query: string) =>
      (await shop.deliveries(webhook.id, query)).map(({ eventId }) => eventId).toSorted();

    expect(all.map(({ eventId }) => eventId).toSorted()).toEqual(
      [...conversions, ...surveys, ...created].toSorted(),
    );
    expect(await idsOf('&status=failed')).toEqual(created.toSorted());
    expect(await idsOf('&type=ces.response_created')).toEqual(surveys.toSorted());
    expect(await idsOf('&type=experiment.created&status=success')).toEqual([]);
    expect(await idsOf('&status=held')).toEqual([]);
    expect(await idsOf(`&eventId=${surveys[0]}`)).toEqual([surveys[0]]);
    const times = all.map(({ acceptedAt }) => acceptedAt);
    expect(times).toEqual(times.toSorted().toReversed());
    const [from, to] = [times[8] ?? '', times[2] ?? ''];
    const between = all.filter(({ acceptedAt }) => acceptedAt >= from && acceptedAt < to);
    expect(await idsOf(`&from=${from}&to=${to}`)).toEqual(between.map(({ eventId }) => eventId).toSorted());
    expect(await idsOf(`&to=${times.at(-1)}`)).toEqual([]);
  });

  it('is paged without gap or repetition while new deliveries arrive', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/pages');
    const first = await publishMany(shop, 60);
    await expectAll(shop, webhook, 60, 'success');

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const after: string = cursor === null ? '' : `&cursor=${cursor}`;
      const { body }: { body: DeliveryPage } = await shop.call<DeliveryPage>(
        'GET',
        `/webhooks/${webhook.id}/deliveries?limit=7${after}`,
      );
      seen.push(...body.items.map(({ eventId }) => eventId));
      cursor = body.nextCursor;
      await publishMany(shop, 3);
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(first.toSorted());
    await expectAll(shop, webhook, 60 + 9 * 3, 'success');
  });

  it.each([
    ['status=exploded', 'status'],
    ['type=experiment.*', 'type'],
    ['eventId=7', 'eventId'],
    ['from=yesterday', 'from'],
    ['to=2025-06-09T12:00:00', 'to'],
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['cursor=x', 'cursor'],
    ['cursor=WzEsMl0', 'cursor'],
    ['sort=asc', 'sort'],
    ['status=failed&status=held', 'status'],
  ])('refuses ?%s with 400 that names the parameter', async (query, field) => {
    const shop = await flow.shop();
    const { id } = await shop.webhook('/refusals');
    expect(await shop.call('GET', `/webhooks/${id}/deliveries?${query}`)).toMatchObject({
      status: 400,
      body: { status: 400, errors: [{ field, rule: expect.any(String) }] },
    });
  });
});

describe('a delivery that is sent again on request', () => {
  it('has a new attempt with the same event id and bytes, also after a success', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/redelivered');
    const { id: eventId } = await shop.publish();
    const delivery = await shop.settled(webhook.id, eventId, 'success');

    const answers = await Promise.all(
      [1, 2, 3].map(() => shop.call('POST', `/deliveries/${delivery.id}/redeliver`)),
    );
    expect(answers.map(({ status }) => `${status}`).toSorted()).toEqual(['202', '409', '409']);
    await eventually(async () => {
      expect(await shop.delivery(delivery.id)).toMatchObject({ status: 'success', attempts: 2 });
    });
    const [first, second] = (await receiptsAt('/redelivered', 2)) as [Receipt, Receipt];
    expect([second.eventId, second.body.toString()]).toEqual([first.eventId, first.body.toString()]);
    await shop.expectHonestBooks(webhook);
    expect(await shop.deliveries(webhook.id)).toHaveLength(1);
  });

  it('is refused while it is still being tried, when it is a test, and when it does not exist', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/not-redelivered');
    flow.receiver.on('/not-redelivered', answer(500));
    const { id: eventId } = await shop.publish();
    const delivery = await shop.settled(webhook.id, eventId, 'retrying');
    const redeliver = (id: unknown) => shop.call('POST', `/deliveries/${String(id)}/redeliver`);
    expect(await redeliver(delivery.id)).toMatchObject({ status: 409 });
    const { body: test } = await shop.call('POST', `/webhooks/${webhook.id}/test`);
    expect(await redeliver(test['deliveryId'])).toMatchObject({ status: 409 });
    expect(await redeliver(eventId)).toMatchObject({ status: 404 });
    expect(await redeliver('x')).toMatchObject({ status: 404 });
    expect((await shop.settled(webhook.id, eventId, 'failed')).attempts).toBe(3);
  });
});
