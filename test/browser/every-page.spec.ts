import type { BrowserContext } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { findBarriers, useBrowser, type TestPage } from '../harness/browser.ts';
import { openAs, settledPage } from '../harness/dashboard.ts';
import { useSampleShop } from '../harness/sample-shop.ts';
import type { SamplePerson } from '../harness/sample-people.ts';
import { useScreenshots } from '../harness/screenshots.ts';
import { ENTRY_PAGES, PAGES, type Click, type DashboardPage } from './pages.ts';

const PHONE = { width: 375, height: 812 };

const hub = useSampleShop();
const browser = useBrowser();
const screenshots = useScreenshots(browser);
let session: Awaited<ReturnType<BrowserContext['storageState']>>;

const overview = () => `/projects/${hub.sample.shop.projectId}`;

beforeAll(async () => {
  const owner = hub.sample.people['owner'] as SamplePerson;
  const { context } = await openAs({ flow: hub.flow, browser }, owner, overview());
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
    await screenshots.document(opened.page, `${name}-${colorScheme}`);
    expect(await findBarriers(opened.page)).toEqual([]);
    expect(opened.complaints.filter((complaint) => !isExpected(complaint))).toEqual([]);
    await opened.context.close();
  });

  it('fits a phone', async () => {
    const opened = await open(isSignedIn, { viewport: PHONE, hasTouch: true, isMobile: true });
    await show(opened, page);
    await screenshots.take(opened.page, `${name}-phone`);
    // What is wider scrolls within itself, never the page.
    const width = await opened.page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(PHONE.width);
    expect(await findBarriers(opened.page)).toEqual([]);
    await opened.context.close();
  });
});

const CLICKED = PAGES.flatMap(({ reach, ...page }) =>
  typeof reach === 'string' ? [] : [{ ...page, reach }],
);

it('leads by clicks from the overview to every page', async () => {
  const { page } = await open(true, {});
  for (const { name, address, shows, reach } of CLICKED) {
    await page.goto(`${hub.flow.url}${overview()}`);
    for (const target of reach) await click(page, target);
    await page.getByText(shows).first().waitFor();
    const { pathname } = new URL(address(hub.sample), hub.flow.url);
    expect([name, shapeOf(page.url())]).toEqual([name, shapeOf(`${hub.flow.url}${pathname}`)]);
  }
}, 240_000);

async function click(page: TestPage['page'], target: Click): Promise<void> {
  if (typeof target !== 'string') return page.locator('.hub-tab', { hasText: target.tab }).click();
  const named = { name: target };
  const found = page
    .getByRole('link', named)
    .or(page.getByRole('button', named))
    .or(page.getByRole('menuitem', named))
    .or(page.locator('label', { hasText: target }));
  await found.first().click();
}

// Of several deliveries of one type, a click leads to the newest.
const shapeOf = (url: string) => new URL(url).pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');

// The browser itself notes each refusal of the API; links that are over, and nobody being signed in, are such.
const isExpected = (complaint: string) => /status of 40[014]/.test(complaint);
