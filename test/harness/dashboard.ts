import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { v7 as uuidV7 } from 'uuid';
import { hashPassword } from '#identity';
import { PersonStore } from '../../apps/cli/src/person.store.ts';
import type { TestBrowser, TestPage } from './browser.ts';
import { eventually } from './eventually.ts';
import type { Flow, Shop } from './flow.ts';
import { PASSWORD } from './people.ts';
import type { SamplePerson } from './sample-people.ts';

/** The dashboard of a project, signed in as an owner of its tenant by the page's own form. */
export async function openDashboard(
  { flow, browser, shop }: { flow: Flow; browser: TestBrowser; shop: Shop },
  path = '',
  options: BrowserContextOptions = {},
): Promise<TestPage> {
  const id = uuidV7();
  const email = `${id}@example.com`;
  const passwordHash = await hashPassword(PASSWORD);
  const { tenantId, projectId } = shop;
  const owner = { id, email, name: 'Mira', passwordHash, tenantId, role: 'owner' };
  await new PersonStore(flow.hub.database).put(owner);
  const opened = await browser.open(options);
  await opened.page.goto(`${flow.url}/projects/${projectId}${path}`);
  await fillSignIn(opened.page, { email, password: PASSWORD });
  await opened.page.waitForURL((url) => url.pathname.startsWith('/projects/'));
  // The browser complains that somebody who has not signed in yet was told so.
  opened.complaints.length = 0;
  return opened;
}

/** The dashboard at a path, for somebody who has signed in by the page's own form. */
export async function openAs(
  { flow, browser }: { flow: Flow; browser: TestBrowser },
  person: SamplePerson,
  path: string,
): Promise<TestPage> {
  const opened = await browser.open();
  await opened.page.goto(`${flow.url}${path}`);
  await fillSignIn(opened.page, person);
  await opened.page.waitForURL((url) => url.pathname === new URL(path, flow.url).pathname);
  opened.complaints.length = 0;
  return opened;
}

/** Signs in by the form of the page. */
export async function fillSignIn(page: Page, { email, password }: SamplePerson): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits until a page shows a text, and nothing on it is still on its way. */
export async function settledPage(page: Page, shows: string): Promise<void> {
  await page.getByText(shows).first().waitFor();
  await eventually(async () => {
    expect(await page.locator('.mantine-Skeleton-root, [aria-busy=true]').count()).toBe(0);
  });
}
