import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openDashboard } from '../harness/dashboard.ts';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow();
const browser = useBrowser();
const order = (revenue: number) => sampleEvent('experiment.conversion', { revenue });

it('a filter is tried on past events, refused with the reason when it is wrong, and saved', async () => {
  const shop = await flow.shop();
  for (const revenue of [20, 90, 150]) await shop.publish(order(revenue));
  await eventually(async () => {
    const { body } = await shop.call<{ items: unknown[] }>('GET', '/events');
    expect(body.items).toHaveLength(3);
  });
  const { page } = await openDashboard({ flow, browser, shop }, '/webhooks/new');
  await page.getByLabel('Name').fill('Large orders');
  await page.getByLabel('Destination URL').fill(flow.receiver.url('/orders'));
  await page.getByRole('button', { name: /experiment event types/ }).click();
  await page.getByLabel('experiment.conversion', { exact: true }).check();
  await page.getByRole('button', { name: 'Add a filter' }).click();

  await page.getByLabel('Filter').fill('data.revenu > 100');
  await page.getByRole('button', { name: 'Try it on past events' }).click();
  await expectText(page, /revenu/);
  await page.getByLabel('Filter').fill('data.revenue > 100');
  await page.getByRole('button', { name: 'Try it on past events' }).click();
  await expectText(page, 'Of 3 events of the last 7 days 1 match');
  await expectText(page, 'data.revenue > 100 is false: data.revenue is 90');

  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByLabel('I have stored it in a safe place').check();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('button', { name: 'Send test' }).waitFor();
  await shop.publish(order(99));
  const taken = await shop.publish(order(101));
  await eventually(() =>
    expect(flow.receiver.receipts('/orders').map(({ eventId }) => eventId)).toEqual([taken.id]),
  );
  await page.getByRole('link', { name: 'Settings' }).last().click();
  await expectText(page, 'data.revenue > 100');
});
