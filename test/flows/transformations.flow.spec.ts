import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow, type ListedDelivery } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '300ms,400ms', AUTO_PAUSE_PROBE_SPACING: '0s' });
const order = (fields: object) => sampleEvent('experiment.conversion', { ...fields });
const TYPES = ['experiment.conversion'];

it('the body that a transformation makes is signed, sent on every attempt, shown, and sent again as it was', async () => {
  const shop = await flow.shop();
  const webhook = await shop.webhook('/made', {
    eventTypes: TYPES,
    transformation: '{ "value": data.revenue, "source": "ttoolab" }',
  });
  const plain = await shop.webhook('/plain', { eventTypes: TYPES });
  flow.receiver.on('/made', (response, receipt, count) =>
    answer(count === 1 ? 500 : 200)(response, receipt, count),
  );
  const event = await shop.publish(order({ revenue: 120 }));
  const delivery = await shop.settled(webhook.id, event.id, 'success');
  const made = '{"value":120,"source":"ttoolab"}';
  expect(delivery).toMatchObject({ attempts: 2, requestBody: made });
  await shop.call('PATCH', `/webhooks/${webhook.id}`, { transformation: '{ "other": 1 }' });
  expect(await shop.call('POST', `/deliveries/${delivery.id}/redeliver`)).toMatchObject({ status: 202 });
  await eventually(() => expect(flow.receiver.receipts('/made')).toHaveLength(3));
  const receipts = flow.receiver.receipts('/made');
  expect(receipts.map(({ body }) => body.toString())).toEqual([made, made, made]);
  for (const { headers, body } of receipts)
    expect(new Webhook(webhook.secret).verify(body, headers as Record<string, string>)).toEqual(
      JSON.parse(made),
    );
  await shop.settled(plain.id, event.id, 'success');
  expect(JSON.parse(flow.receiver.receipts('/plain')[0]?.body.toString() ?? '')).toMatchObject({
    id: event.id,
    data: { revenue: 120 },
  });
});

it('a transformation that makes no body fails the delivery, which goes out once it is repaired', async () => {
  const shop = await flow.shop();
  const webhook = await shop.webhook('/broken', {
    eventTypes: TYPES,
    transformation: '{ "sum": data.currency + 1 }',
  });
  const event = await shop.publish(order({ revenue: 120, currency: 'EUR' }));
  const failed = await shop.settled(webhook.id, event.id, 'failed');
  expect(failed).toMatchObject({
    attempts: 0,
    reason: expect.stringMatching(/^transformation_failed: .*number/),
  });
  const redeliver = () => shop.call('POST', `/deliveries/${failed.id}/redeliver`);
  expect(await redeliver()).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('The transformation makes no body') },
  });
  await shop.call('PATCH', `/webhooks/${webhook.id}`, { transformation: '{ "sum": data.revenue + 1 }' });
  expect(await redeliver()).toMatchObject({ status: 202 });
  const sent = await shop.settled(webhook.id, event.id, 'success');
  expect(sent).toMatchObject({ attempts: 1, requestBody: '{"sum":121}' });
  expect(flow.receiver.receipts('/broken').map(({ body }) => body.toString())).toEqual(['{"sum":121}']);
});

it('a transformation without end fails, and others go on meanwhile', async () => {
  const shop = await flow.shop();
  const endless = await shop.webhook('/endless', {
    eventTypes: TYPES,
    transformation: '($f := function($n) { $f($n + 1) }; $f(1))',
  });
  await shop.webhook('/others', { eventTypes: TYPES });
  const startedAt = performance.now();
  const event = await shop.publish(order({}));
  await eventually(() => expect(flow.receiver.receipts('/others')).toHaveLength(1));
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  const { reason } = (await shop.settled(endless.id, event.id, 'failed')) as ListedDelivery;
  expect(reason).toMatch(/transformation_failed: it took longer than 1000 ms/);
});

it('a webhook that is sent what came before it gets what its filter takes, in the form that it asks for', async () => {
  const shop = await flow.shop();
  const early = await shop.webhook('/early', { eventTypes: TYPES });
  const events = [];
  for (const revenue of [50, 150, 200]) events.push(await shop.publish(order({ revenue })));
  for (const event of events) await shop.settled(early.id, event.id, 'success');
  const late = await shop.webhook('/late', {
    eventTypes: TYPES,
    filter: 'data.revenue > 100',
    transformation: '{ "value": data.revenue }',
  });
  const asked = { destinationId: late.id, selection: 'missing' };
  expect(await shop.call('POST', '/replays', asked)).toMatchObject({ status: 202 });
  const bodies = () => flow.receiver.receipts('/late').map(({ body }) => body.toString());
  await eventually(() => expect(bodies().toSorted()).toEqual(['{"value":150}', '{"value":200}']), 20_000);
  const [last] = events.slice(-1);
  expect(await shop.settled(late.id, last?.id ?? '', 'success')).toMatchObject({
    requestBody: '{"value":200}',
  });
  expect(await shop.deliveries(late.id)).toHaveLength(2);
});
