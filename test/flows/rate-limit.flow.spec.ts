import { expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow();
const RATE = 20;
const COUNT = 60;

it('sends a webhook no more requests a second than it wants, and its neighbour as many as come', async () => {
  const shop = await flow.shop();
  const limited = await shop.webhook('/limited', { rateLimit: RATE });
  const free = await shop.webhook('/free');
  await publishAll({ call: shop.call }, sampleEvents(COUNT));

  await eventually(() => expect(flow.receiver.receipts(free.path)).toHaveLength(COUNT), 20_000);
  expect(flow.receiver.receipts(limited.path).length).toBeLessThan(COUNT);
  await eventually(() => expect(flow.receiver.receipts(limited.path)).toHaveLength(COUNT), 20_000);

  const times = flow.receiver.receipts(limited.path).map(({ atMs }) => atMs);
  const inAnySecond = times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length);
  // The receiver's clock sees the requests a little closer together, or further apart, than they were sent.
  expect(Math.max(...inAnySecond)).toBeLessThanOrEqual(RATE + 2);
  await eventually(() => shop.expectHonestBooks(limited));
});
