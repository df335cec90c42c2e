import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openDashboard } from '../harness/dashboard.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow();
const browser = useBrowser();

it('a newcomer signs in, creates a webhook, sees its secret once and sends a test', async () => {
  const shop = await flow.shop();
  const { page } = await openDashboard({ flow, browser, shop }, '/webhooks');
  await page.getByRole('link', { name: 'Create webhook' }).first().click();
  await page.getByLabel('Name').fill('Admin tool');
  await page.getByLabel('Destination URL').fill(flow.receiver.url('/admin-tool'));
  await page.getByLabel('All events').check();
  await page.getByRole('button', { name: 'Create webhook' }).click();
  const secret = await page.getByLabel('Secret', { exact: true }).innerText();
  expect(secret).toMatch(/^whsec_/);
  expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
  await page.getByLabel('I have stored it in a safe place').check();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await expectText(page, 'HTTP 200');
  expect(flow.receiver.receipts('/admin-tool')).toHaveLength(1);
  await page.reload();
  await expectText(page, 'Admin tool');
  expect(await page.content()).not.toContain(secret);
});
