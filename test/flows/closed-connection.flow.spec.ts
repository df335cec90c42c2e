import { expect, it } from 'vitest';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow({ RETRY_DELAYS: '200ms,300ms,400ms,500ms', AUTO_PAUSE_PROBE_SPACING: '0s' });

it('has a row for every request that a receiver saw, also when it closes a kept-alive connection under one', async () => {
  const shop = await flow.shop();
  const webhook = await shop.webhook('/closing');
  flow.receiver.on('/closing', (response, _receipt, count) =>
    count === 1 ? response.writeHead(200).end() : response.destroy(),
  );
  const first = await shop.publish();
  await shop.settled(webhook.id, first.id, 'success');
  const second = await shop.publish();
  await shop.settled(webhook.id, second.id, 'failed');
  // One met the connection that the receiver had kept; it counts for nothing, and five more are made.
  expect(flow.receiver.receipts('/closing')).toHaveLength(1 + 1 + 5);
  await shop.expectHonestBooks(webhook);
});
