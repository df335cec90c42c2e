import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openAs } from '../harness/dashboard.ts';
import type { SamplePerson } from '../harness/sample-people.ts';
import { useSampleShop } from '../harness/sample-shop.ts';

const hub = useSampleShop();
const browser = useBrowser();

const open = (path: string) =>
  openAs(
    { flow: hub.flow, browser },
    hub.sample.people['developer'] as SamplePerson,
    `/projects/${hub.sample.shop.projectId}${path}`,
  );

it('a Slack destination is created, tested, disabled, enabled and deleted', async () => {
  const { page, complaints } = await open('/webhooks');
  await page.getByRole('link', { name: 'Slack or e-mail' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Announcements');
  const url = hub.slack.webhookUrl('announcements');
  await page.getByLabel('Incoming webhook URL', { exact: true }).fill(url);
  await page.getByLabel('All experiment events').check();
  await page.getByRole('button', { name: 'Create Slack destination' }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await expectText(page, 'Delivered');
  expect(hub.slack.posts('announcements')).toHaveLength(1);
  expect(await page.content()).not.toContain(url);

  await page.getByRole('link', { name: 'Deliveries', exact: true }).last().click();
  await page.getByRole('link', { name: 'webhook.test' }).waitFor();
  await page.getByRole('link', { name: 'Settings', exact: true }).last().click();
  await page.getByRole('button', { name: 'Disable' }).click();
  await expectText(page, 'This Slack destination is disabled');
  await page.getByRole('button', { name: 'Re-enable' }).first().click();
  await page.getByText('This Slack destination is disabled').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Delete Slack destination' }).click();
  await page.getByLabel(/Type “Announcements”/).fill('Announcements');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete Slack destination' }).click();
  await expectText(page, 'Research team');
  await page.getByRole('link', { name: 'Announcements' }).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

it('what is wrong with a recipient is told by the address', async () => {
  const { page } = await open('/webhooks/new?kind=email');
  await page.getByRole('textbox', { name: 'Name' }).fill('Team');
  await page.getByLabel('All events').check();
  await page.getByRole('button', { name: 'Create e-mail destination' }).click();
  await expectText(page, 'Enter at least one address');
  await page.getByLabel('Recipients').fill('mira@example.com\nsomebody');
  await page.getByRole('button', { name: 'Create e-mail destination' }).click();
  await expectText(page, 'somebody must be an e-mail address');
  await page.getByLabel('Recipients').fill('mira@example.com');
  await page.getByRole('button', { name: 'Create e-mail destination' }).click();
  await page.getByRole('button', { name: 'Send test' }).click();
  await expectText(page, 'Delivered');
});

it('headers of a webhook do not follow it to another host unnoticed', async () => {
  const { flow, sample } = hub;
  const webhook = await sample.shop.webhook('/gateway', { name: 'Gateway' });
  await sample.shop.call('PATCH', `/webhooks/${webhook.id}`, { headers: { 'x-api-key': 'a password' } });
  const { page } = await open(`/webhooks/${webhook.id}/settings`);
  const elsewhere = flow.receiver.url('/gateway').replace('127.0.0.1', '127.0.0.2');
  await page.getByLabel('Destination URL').fill(elsewhere);
  await page.getByRole('button', { name: 'Save' }).click();
  await expectText(page, /headers must set anew, or take off with null/);
  await page.getByLabel('Take off its custom headers (x-api-key)').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('x-api-key').first().waitFor({ state: 'detached' });
  const { body } = await sample.shop.call('GET', `/webhooks/${webhook.id}`);
  expect(body).toMatchObject({ url: elsewhere, headers: {} });
});

it('the warehouse page shows rows and the trend', async () => {
  const { page } = await open('/warehouse');
  await expectText(page, 'Up to date');
  await expectText(page, 'Average of seven days');
});
