import { expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow();
const seenAt = (path: string) => flow.receiver.receipts(path).map(({ eventId }) => eventId);
const order = (revenue: number) => sampleEvent('experiment.conversion', { revenue });

it('a webhook with a filter gets the events that match it, and no delivery of the others', async () => {
  const shop = await flow.shop();
  const all = await shop.webhook('/all');
  const large = await shop.webhook('/large', {
    eventTypes: ['experiment.*'],
    filter: 'type == "experiment.conversion" && data.revenue > 100',
  });
  const events = [order(50), order(150), sampleEvent('experiment.paused'), order(200)];
  for (const event of events) await shop.publish(event);
  await eventually(() => expect(seenAt('/all')).toHaveLength(events.length));
  await eventually(() => expect(seenAt('/large')).toHaveLength(2));
  for (const event of events) await shop.settled(all.id, event.id, 'success');
  const ids = events.map(({ id }) => id);
  expect(seenAt('/large').toSorted()).toEqual([ids[1] ?? '', ids[3] ?? ''].toSorted());
  expect(await shop.deliveries(large.id)).toHaveLength(2);
});

it('a change of a filter holds for the events published afterwards', async () => {
  const shop = await flow.shop();
  const { id } = await shop.webhook('/changing', {
    filter: 'data.revenue > 100',
    eventTypes: ['experiment.conversion'],
  });
  const expected: string[] = [];
  const publish = async (revenue: number, isTaken: boolean) => {
    const event = await shop.publish(order(revenue));
    if (isTaken) expected.push(event.id);
  };
  for (let round = 0; round < 10; round++) {
    await publish(150, true);
    await publish(50, false);
    await shop.call('PATCH', `/webhooks/${id}`, { filter: 'data.revenue <= 100' });
    await publish(150, false);
    await publish(50, true);
    await shop.call('PATCH', `/webhooks/${id}`, { filter: 'data.revenue > 100' });
  }
  await shop.call('PATCH', `/webhooks/${id}`, { filter: null });
  await publish(1, true);
  await eventually(() => expect(seenAt('/changing').toSorted()).toEqual(expected.toSorted()));
  await eventually(async () => expect(await shop.deliveries(id)).toHaveLength(expected.length));
});

it('a test is sent whatever the filter says', async () => {
  const shop = await flow.shop();
  const { id } = await shop.webhook('/tested', {
    filter: 'data.revenue > 100',
    eventTypes: ['experiment.conversion'],
  });
  expect(await shop.call('POST', `/webhooks/${id}/test`)).toMatchObject({ body: { outcome: 'delivered' } });
});
