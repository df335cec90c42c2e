import { expect, it } from 'vitest';
import { expectText, useBrowser } from '../harness/browser.ts';
import { openAs } from '../harness/dashboard.ts';
import { eventually } from '../harness/eventually.ts';
import { PASSWORD } from '../harness/people.ts';
import type { SamplePerson } from '../harness/sample-people.ts';
import { useSampleShop } from '../harness/sample-shop.ts';

const hub = useSampleShop();
const browser = useBrowser();

const as = (role: string, path: string) =>
  openAs({ flow: hub.flow, browser }, hub.sample.people[role] as SamplePerson, path);
const project = (path: string) => `/projects/${hub.sample.shop.projectId}${path}`;
const tenant = (path: string) => `/tenants/${hub.sample.shop.tenantId}${path}`;

it('an invited person joins, gets another role and is removed, but not by one click', async () => {
  const { page, complaints } = await as('owner', tenant('/members'));
  await expectText(page, 'lena@example.com');
  const { page: theirs } = await browser.open();
  await theirs.goto(`${hub.flow.url}/invitation#token=${hub.sample.invitationToken}`);
  await theirs.getByLabel('Your name').fill('Lena');
  await theirs.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await theirs.getByRole('button', { name: 'Join' }).click();
  await theirs.waitForURL(/projects/);

  await page.reload();
  await page.getByRole('combobox', { name: 'Role of Lena' }).click();
  await page.getByRole('option', { name: 'Developer' }).click();
  await eventually(async () => {
    expect(await page.getByRole('combobox', { name: 'Role of Lena' }).inputValue()).toBe('Developer');
  });
  await page.getByRole('button', { name: 'Remove Lena' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expectText(page, 'lena@example.com');
  await page.getByRole('button', { name: 'Remove Lena' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove Lena' }).waitFor({ state: 'detached' });
  expect(complaints).toEqual([]);
});

it('an invitation is sent, and withdrawn when asked twice', async () => {
  const { page } = await as('owner', tenant('/members'));
  await page.getByLabel('E-mail').fill('nobody-at-all');
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await page.getByLabel('E-mail').fill('ines@example.com');
  await page.getByRole('button', { name: 'Send invitation' }).click();
  await expectText(page, 'Sent to ines@example.com');
  await page.getByRole('button', { name: 'Withdraw the invitation of ines@example.com' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('ines@example.com', { exact: true }).waitFor({ state: 'detached' });
});

it('an API key is shown once, tells its last use, and is revoked by its name', async () => {
  const { page } = await as('developer', project('/api-keys'));
  await page.getByRole('button', { name: 'Create API key' }).first().click();
  await page.getByLabel('Name').fill('till');
  await page.getByLabel('Let me choose').check();
  await page.getByLabel('events:write').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Create API key' }).click();
  const key = await page.getByLabel('API key', { exact: true }).innerText();
  expect(key).toMatch(/^thk_/);
  await page.getByLabel('I have stored it in a safe place').check();
  await page.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('row', { name: /till/ });
  await row.getByText('events:write').waitFor();
  await page.reload();
  await row.waitFor();
  expect(await page.content()).not.toContain(key);

  await row.getByRole('button', { name: 'Revoke' }).click();
  const revoke = page.getByRole('dialog').getByRole('button', { name: 'Revoke' });
  expect(await revoke.isDisabled()).toBe(true);
  await page.getByLabel('Type “till” to confirm').fill('till');
  await revoke.click();
  await row.getByText('Revoked').waitFor();
});

it('the audit log is filtered in its address and shows before and after', async () => {
  const { page } = await as('admin', tenant('/audit-log?action=project.changed'));
  await page.getByRole('button', { name: /changed the project shop.example.com/ }).click();
  const change = page.getByRole('region', { name: 'What changed' });
  await change.getByText('Project', { exact: true }).waitFor();
  await change.getByText('shop.example.com').waitFor();
  await page.getByRole('button', { name: 'Clear' }).click();
  await page
    .getByRole('button', { name: /created the API key/ })
    .first()
    .waitFor();
  expect(new URL(page.url()).search).toBe('');
});

it('people change their name and password, and end a session elsewhere', async () => {
  const { page } = await as('owner', '/profile');
  await page.getByLabel('Name').fill('Mira L.');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expectText(page, 'Saved');
  const phone = page.getByRole('listitem').filter({ hasText: 'Safari on iOS' });
  await phone.getByRole('button', { name: /Sign out/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await phone.waitFor({ state: 'detached' });

  await page.getByLabel('Current password', { exact: true }).fill('not the password');
  await page.getByLabel('New password', { exact: true }).fill('Sieben Leuchttürme im Nebel');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expectText(page, 'Every other session has ended');
  expect(await page.getByRole('listitem').count()).toBe(1);
});

it('a viewer is told what their role does not allow, and who may', async () => {
  const { page } = await as('viewer', project('/webhooks/new'));
  await expectText(page, 'Owners, admins and developers may create webhooks');
  await page.goto(`${hub.flow.url}${project('/webhooks')}`);
  await expectText(page, 'Admin tool');
  expect(await page.getByRole('link', { name: 'Create webhook' }).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
  await page.goto(`${hub.flow.url}${tenant('/members')}`);
  await expectText(page, 'Priya Shah');
  expect(await page.getByRole('button', { name: /Remove/ }).count()).toBe(0);
  await page.goto(`${hub.flow.url}${tenant('/audit-log')}`);
  await expectText(page, 'Owners and admins may read the audit log');
});

it('a project is created, renamed and deleted by its name', async () => {
  const { page } = await as('admin', tenant(''));
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.getByLabel('Name', { exact: true }).last().fill('docs.example.com');
  await page.getByRole('dialog').getByRole('button', { name: 'Create project' }).click();
  await expectText(page, 'Send your first webhook');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Name').fill('help.example.com');
  await page.getByRole('button', { name: 'Save name' }).click();
  await page.getByRole('button', { name: /Change project.*help.example.com/ }).waitFor();
  await page.getByRole('button', { name: 'Delete project' }).click();
  await page.getByLabel(/Type “help.example.com”/).fill('help.example.com');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete project' }).click();
  await expectText(page, 'blog.example.com');
  expect(await page.getByText('help.example.com').count()).toBe(0);
});

it('a project that is nobody’s of yours is not there', async () => {
  const { page } = await as('viewer', project('/events'));
  await page.goto(`${hub.flow.url}/projects/01980000-0000-7000-8000-000000000000/webhooks`);
  await expectText(page, 'There is nothing here');
});
