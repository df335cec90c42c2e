import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openDashboard } from '../harness/dashboard.ts';
import { eventually } from '../harness/eventually.ts';
import { useFlow, type Shop, type TestWebhook } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '100ms,150ms', AUTO_PAUSE_PROBE_SPACING: '0s' });
const browser = useBrowser();

async function startHeld(path: string, events: number): Promise<{ shop: Shop; webhook: TestWebhook }> {
  const shop = await flow.shop();
  const webhook = await shop.webhook(path, { name: 'Till' });
  await shop.call('POST', `/webhooks/${webhook.id}/disable`);
  for (let i = 0; i < events; i++) {
    const { id } = await shop.publish();
    await shop.settled(webhook.id, id, 'held');
  }
  return { shop, webhook };
}

it('what a disabled webhook missed is counted, and sent when it is enabled', async () => {
  const { shop, webhook } = await startHeld('/missed', 3);
  const { page, complaints } = await openDashboard({ flow, browser, shop }, `/webhooks/${webhook.id}`);
  await page.getByRole('button', { name: 'Re-enable' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('3 events happened while it was disabled').waitFor();
  await dialog.getByText('3 to send, in about').waitFor();
  await dialog.getByRole('button', { name: 'Enable' }).click();
  await dialog.waitFor({ state: 'detached' });
  await eventually(() => expect(flow.receiver.receipts('/missed')).toHaveLength(3));
  expect(complaints).toEqual([]);
});

it('what a webhook missed is cancelled when that is asked for, and kept otherwise', async () => {
  const { shop, webhook } = await startHeld('/skipped', 2);
  const { page } = await openDashboard({ flow, browser, shop }, `/webhooks/${webhook.id}`);
  await page.getByRole('button', { name: 'Re-enable' }).click();
  await page.getByLabel('Never send them').check();
  await page.getByRole('button', { name: 'Enable and cancel them' }).click();
  await eventually(async () => {
    const statuses = (await shop.deliveries(webhook.id)).map(({ status }) => status);
    expect(statuses).toEqual(['cancelled', 'cancelled']);
  });
  expect(flow.receiver.receipts('/skipped')).toEqual([]);
});

it('what failed is counted and sent again', async () => {
  const shop = await flow.shop();
  const webhook = await shop.webhook('/failed', { name: 'Till' });
  flow.receiver.on('/failed', answer(400));
  const event = await shop.publish();
  await shop.settled(webhook.id, event.id, 'failed');
  const before = flow.receiver.receipts('/failed').length;
  flow.receiver.on('/failed', answer(200));
  const { page, complaints } = await openDashboard({ flow, browser, shop }, `/webhooks/${webhook.id}`);
  await page.getByRole('button', { name: 'Replay' }).click();
  await expectText(page, 'One delivery, in about');
  await page.getByRole('button', { name: 'Send 1' }).click();
  await shop.settled(webhook.id, event.id, 'success');
  expect(flow.receiver.receipts('/failed')).toHaveLength(before + 1);
  expect(complaints).toEqual([]);
});
