import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvent, sampleEvents, type SampleEvent } from '../harness/events.ts';
import { useFlow, type Shop, type TestWebhook } from '../harness/flow.ts';
import { perEvent, type Receipt } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '300ms,301ms,302ms,303ms', AUTO_PAUSE_PROBE_SPACING: '0s' });
const BATCH = { maxEvents: 10, maxWaitMs: 1_500 };

const publish = (shop: Shop, events: readonly SampleEvent[]) => publishAll({ call: shop.call }, events);
const eventsIn = ({ body }: Receipt) => JSON.parse(body.toString()) as { id: string }[];
const sizesAt = (path: string) => flow.receiver.receipts(path).map((receipt) => eventsIn(receipt).length);

async function arrived(path: string, events: readonly SampleEvent[]): Promise<Receipt[]> {
  return eventually(() => {
    const receipts = flow.receiver.receipts(path);
    expect(
      perEvent(receipts)
        .map(({ eventId }) => eventId)
        .toSorted(),
    ).toEqual(events.map(({ id }) => id).toSorted());
    return receipts;
  });
}

/** Every event of every request, against every attempt in the books. */
async function expectHonestBooks(shop: Shop, { id, path }: TestWebhook): Promise<void> {
  const shown = await Promise.all((await shop.deliveries(id)).map((listed) => shop.delivery(listed.id)));
  const written = shown.flatMap(({ eventId, attemptList }) =>
    attemptList.map(({ requestHeaders }) => `${eventId} ${requestHeaders['webhook-signature']}`),
  );
  const seen = perEvent(flow.receiver.receipts(path)).map(
    ({ eventId, headers }) => `${eventId} ${String(headers['webhook-signature'])}`,
  );
  expect(written.toSorted()).toEqual(seen.toSorted());
}

describe('a webhook with batches', () => {
  it('gets conversions as an array of what would come one by one, signed as one request', async () => {
    const shop = await flow.shop();
    const plain = await shop.webhook('/plain');
    const batched = await shop.webhook('/batched', { batch: BATCH });
    const events = sampleEvents(10);
    await publish(shop, events);
    const [receipt] = (await arrived(batched.path, events)) as [Receipt];
    await arrived(plain.path, events);

    const alone = new Map(flow.receiver.receipts(plain.path).map((one) => [one.eventId, one.body]));
    const inOrder = eventsIn(receipt).map(({ id }) => alone.get(id) as Buffer);
    expect(receipt.body.toString()).toBe(`[${inOrder.map(String).join()}]`);
    const { headers, body } = receipt;
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-ttoolab-event-type': 'batch',
      'x-ttoolab-event-id': headers['webhook-id'],
      'x-ttoolab-signature': createHmac('sha256', batched.secret)
        .update(Buffer.concat([Buffer.from(String(headers['x-ttoolab-timestamp'])), body]))
        .digest('hex'),
    });
    const verified = new Webhook(batched.secret).verify(body, headers as Record<string, string>);
    expect(verified).toHaveLength(10);

    const [first] = events as [SampleEvent];
    const { attemptList } = await shop.settled(batched.id, first.id, 'success');
    expect(attemptList).toMatchObject([{ number: 1, batch: { id: headers['webhook-id'], size: 10 } }]);
    const single = await shop.settled(plain.id, first.id, 'success');
    expect(single.attemptList).toMatchObject([{ batch: null }]);
    await eventually(() => expectHonestBooks(shop, batched));
  });

  it('gets what there is after the wait, and everything else at once and alone', async () => {
    const shop = await flow.shop();
    const { path } = await shop.webhook('/few', { batch: BATCH });
    const [started, ...few] = [sampleEvent('experiment.started'), ...sampleEvents(2)] as const;
    await publish(shop, few);
    const publishedAt = Date.now();
    await publish(shop, [started]);
    const receipts = await arrived(path, [started, ...few]);
    expect(receipts.map(({ headers }) => headers['x-ttoolab-event-type'])).toEqual([
      'experiment.started',
      'batch',
    ]);
    expect(receipts[0]?.headers['webhook-id']).toBe(started.id);
    expect((receipts[1]?.atMs ?? 0) - publishedAt).toBeGreaterThan(BATCH.maxWaitMs / 2);
    expect(sizesAt(path)[1]).toBe(2);
  });

  it('gets a batch that failed again: the same bytes and id, and an attempt of each delivery', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/again', { batch: BATCH });
    flow.receiver.on(webhook.path, (response, _receipt, count) =>
      response.writeHead(count < 3 ? 500 : 200).end(),
    );
    const events = sampleEvents(10);
    await publish(shop, events);
    const receipts = await eventually(() => {
      expect(flow.receiver.receipts(webhook.path)).toHaveLength(3);
      return flow.receiver.receipts(webhook.path);
    });
    expect(new Set(receipts.map(({ body }) => body.toString())).size).toBe(1);
    expect(new Set(receipts.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receipts.map(({ headers }) => headers['webhook-signature'])).size).toBeGreaterThan(1);
    for (const { id } of events) {
      const { attemptList } = await shop.settled(webhook.id, id, 'success');
      expect(attemptList.map(({ number, status }) => [number, status])).toEqual([
        [1, 500],
        [2, 500],
        [3, 200],
      ]);
    }
    await eventually(() => expectHonestBooks(shop, webhook));
  });

  it('learns which of the events its answer 422 was for', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/picky', { batch: { ...BATCH, maxEvents: 5 } });
    const events = sampleEvents(5);
    const [bad, ...good] = events as [SampleEvent, ...SampleEvent[]];
    flow.receiver.on(webhook.path, (response, receipt) =>
      response.writeHead(eventsIn(receipt).some(({ id }) => id === bad.id) ? 422 : 200).end(),
    );
    await publish(shop, events);
    for (const { id } of good) expect((await shop.settled(webhook.id, id, 'success')).attempts).toBe(2);
    expect((await shop.settled(webhook.id, bad.id, 'failed')).attempts).toBe(5);
    await eventually(() => expectHonestBooks(shop, webhook));
  });
});
