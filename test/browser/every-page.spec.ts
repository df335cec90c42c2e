import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, useBrowser, type TestPage } from '../harness/browser.ts';
import { fillSignIn, settledPage } from '../harness/dashboard.ts';
import { useSampleShop } from '../harness/sample-shop.ts';
import type { SamplePerson } from '../harness/sample-people.ts';
import { ENTRY_PAGES, PAGES, type DashboardPage } from './pages.ts';

/** Where CI picks them up. */
const FOLDER = join(import.meta.dirname, '../../.hub/screenshots');
const PHONE = { width: 375, height: 812 };

const hub = useSampleShop();
const browser = useBrowser();
let session: Awaited<ReturnType<BrowserContext['storageState']>>;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  const { page, context } = await browser.open();
  await page.goto(`${hub.flow.url}/sign-in`);
  await fillSignIn(page, hub.sample.people['owner'] as SamplePerson);
  await page.getByText('Last events').waitFor();
  session = await context.storageState();
}, 60_000);

type Look = Parameters<typeof browser.open>[0];

const open = (isSignedIn: boolean, look: Look) =>
  browser.open({ ...look, ...(isSignedIn && { storageState: session }) });

async function show({ page }: TestPage, { address, shows }: DashboardPage): Promise<void> {
  await page.goto(`${hub.flow.url}${address(hub.sample)}`);
  await settledPage(page, shows);
}

const EVERY = [
  ...PAGES.map((page) => ({ page, name: page.name, isSignedIn: true })),
  ...ENTRY_PAGES.map((page) => ({ page, name: page.name, isSignedIn: false })),
];

describe.each(EVERY)('$name', ({ page, name, isSignedIn }) => {
  it.each(['light', 'dark'] as const)('has no barrier and no complaint in %s', async (colorScheme) => {
    const opened = await open(isSignedIn, { colorScheme });
    await show(opened, page);
    await opened.page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
    expect(await findBarriers(opened.page)).toEqual([]);
    expect(opened.complaints.filter((complaint) => !isExpected(complaint))).toEqual([]);
    await opened.context.close();
  });

  it('fits a phone', async () => {
    const opened = await open(isSignedIn, { viewport: PHONE, hasTouch: true, isMobile: true });
    await show(opened, page);
    await opened.page.screenshot({ path: join(FOLDER, `${name}-phone.png`) });
    // What is wider scrolls within itself, never the page.
    const width = await opened.page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(PHONE.width);
    expect(await findBarriers(opened.page)).toEqual([]);
    await opened.context.close();
  });
});

// The browser itself notes each refusal of the API; links that are over, and nobody being signed in, are such.
const isExpected = (complaint: string) => /status of 40[014]/.test(complaint);
