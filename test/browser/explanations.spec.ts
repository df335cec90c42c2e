import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openDashboard } from '../harness/dashboard.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow();
const browser = useBrowser();

it('an event’s page says why each destination got it, or did not', async () => {
  const shop = await flow.shop();
  const taking = await shop.webhook('/takes', { name: 'Takes all' });
  await shop.webhook('/surveys', { name: 'Surveys', eventTypes: ['ces.*'] });
  const { status } = await shop.call('POST', '/webhooks', {
    name: 'Large orders',
    url: flow.receiver.url('/large'),
    eventTypes: ['*'],
    filter: 'data.revenue > 100',
  });
  expect(status).toBe(201);
  const event = await shop.publish(sampleEvent('experiment.conversion', { revenue: 20 }));
  await shop.settled(taking.id, event.id, 'success');
  const { page, complaints } = await openDashboard({ flow, browser, shop }, `/events/${event.id}`);
  await page.getByRole('heading', { name: 'Why, or why not?' }).waitFor();
  for (const answer of ['delivered', 'type not selected', 'filter false'])
    await page.getByText(answer, { exact: true }).first().waitFor();
  await expectText(page, 'data.revenue > 100 is false: data.revenue is 20');
  await page.getByRole('link', { name: 'Its delivery' }).click();
  await page.getByRole('heading', { name: 'Attempts' }).waitFor();
  expect(complaints).toEqual([]);
});
