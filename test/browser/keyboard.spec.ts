import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openDashboard } from '../harness/dashboard.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow();
const browser = useBrowser();
/** More than any page has places to stop at. */
const MOST_STOPS = 80;

it('a webhook is created, its secret stored and a test sent by keyboard alone', async () => {
  const shop = await flow.shop();
  const { page, complaints } = await openDashboard({ flow, browser, shop }, '/webhooks');
  await page.getByRole('heading', { name: 'Webhooks' }).waitFor();

  await press(page, page.getByRole('link', { name: 'Create webhook' }).first(), 'Enter');
  await write(page, page.getByLabel('Name'), 'By keyboard');
  await write(page, page.getByLabel('Destination URL'), flow.receiver.url('/keys'));
  await press(page, page.getByLabel('All events'), 'Space');
  await press(page, page.getByRole('button', { name: 'Create webhook' }), 'Enter');
  expect(await page.getByLabel('Secret', { exact: true }).innerText()).toMatch(/^whsec_/);
  await press(page, page.getByLabel('I have stored it in a safe place'), 'Space');
  await press(page, page.getByRole('button', { name: 'Done' }), 'Enter');
  await press(page, page.getByRole('button', { name: 'Send test' }), 'Enter');
  await expectText(page, 'HTTP 200');
  expect(flow.receiver.receipts('/keys')).toHaveLength(1);
  expect(complaints).toEqual([]);
});

async function press(page: Page, target: Locator, key: 'Enter' | 'Space'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

async function write(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.type(text);
}

/** Presses Tab until the target has the focus, and sees that the focus shows. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await target.evaluate((element) => element.matches(':focus'))) {
      expect(await target.evaluate((element) => element.matches(':focus-visible'))).toBe(true);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`${MOST_STOPS} times Tab did not reach ${target.toString()}`);
}
