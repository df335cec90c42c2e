import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openDashboard } from '../harness/dashboard.ts';
import { eventually } from '../harness/eventually.ts';
import { useFlow } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '100ms,150ms,200ms,250ms', AUTO_PAUSE_PROBE_SPACING: '0s' });
const browser = useBrowser();

it('a failing endpoint shows while it fails, is paused with the reason, and is enabled again by a person', async () => {
  const shop = await flow.shop();
  const webhook = await shop.webhook('/till', { name: 'Till' });
  flow.receiver.on('/till', answer(500));
  const { page, complaints } = await openDashboard({ flow, browser, shop }, `/webhooks/${webhook.id}`);
  await page.getByRole('heading', { name: 'Till' }).waitFor();

  // The page is open already: what follows reaches it without a reload.
  await Promise.all(Array.from({ length: 4 }, () => shop.publish()));
  const banner = page.getByRole('status').filter({ hasText: 'paused automatically' });
  await banner.waitFor();
  await banner.getByText('Too many attempts in a row failed').waitFor();
  await banner.getByText(/deliver(y is|ies are) held/).waitFor();
  expect(await banner.getByText('500').count()).toBeGreaterThan(0);
  expect(flow.receiver.receipts('/till')).toHaveLength(10);

  await page.goto(`${flow.url}/projects/${shop.projectId}/webhooks`);
  await expectText(page, /Paused/);
  await page.getByRole('link', { name: 'Till' }).click();

  flow.receiver.on('/till', answer(200));
  await page.getByRole('button', { name: 'Re-enable' }).first().click();
  await page.getByLabel('Keep them held').check();
  await page.getByRole('button', { name: 'Enable', exact: true }).click();
  await banner.waitFor({ state: 'detached' });
  const event = await shop.publish();
  await eventually(() =>
    expect(flow.receiver.receipts('/till').map(({ eventId }) => eventId)).toContain(event.id),
  );
  await shop.settled(webhook.id, event.id, 'success');
  expect(complaints).toEqual([]);
});
