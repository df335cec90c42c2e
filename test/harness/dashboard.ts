import type { BrowserContextOptions } from 'playwright-core';
import { v7 as uuidV7 } from 'uuid';
import { hashPassword } from '#identity';
import { PersonStore } from '../../apps/cli/src/person.store.ts';
import type { TestBrowser, TestPage } from './browser.ts';
import type { Flow, Shop } from './flow.ts';
import { PASSWORD } from './people.ts';

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
  await new PersonStore(flow.hub.database).put({
    id,
    email,
    name: 'Mira',
    passwordHash,
    tenantId,
    role: 'owner',
  });
  const opened = await browser.open(options);
  await opened.page.goto(`${flow.url}/projects/${projectId}${path}`);
  await opened.page.getByLabel('E-mail').fill(email);
  await opened.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await opened.page.getByRole('button', { name: 'Sign in' }).click();
  await opened.page.waitForURL((url) => url.pathname.startsWith('/projects/'));
  // The browser complains that somebody who has not signed in yet was told so.
  opened.complaints.length = 0;
  return opened;
}
