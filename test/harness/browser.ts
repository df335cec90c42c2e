import axe from 'axe-core';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { findBrowser } from '../../tools/find-browser.ts';

/** A browser for the tests of a file. */
export interface TestBrowser {
  /** A page of its own, with what it complained of. */
  open: (options?: BrowserContextOptions) => Promise<TestPage>;
}

/** A page, and what went wrong on it. */
export interface TestPage {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts, refusals of the Content-Security-Policy, and requests that failed. */
  complaints: string[];
}

const WAIT_MS = 10_000;

/** Starts the machine's Chrome or Chromium before the tests of the file, and ends it after them. */
export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    const args = ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'];
    browser = await chromium.launch({ executablePath: findBrowser(), args });
  });
  afterAll(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    await browser?.close();
  });
  return {
    async open(options = {}) {
      if (browser === undefined) throw new Error('the browser has not started yet');
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        reducedMotion: 'reduce',
        ...options,
      });
      contexts.push(context);
      context.setDefaultTimeout(WAIT_MS);
      const page = await context.newPage();
      return { page, context, complaints: listen(page) };
    },
  };
}

function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  return complaints;
}

/** Waits until the page shows a text. */
export async function expectText(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor();
  expect(await page.getByText(text).count()).toBeGreaterThan(0);
}

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds against WCAG 2.2 AA, a line each. It is evaluated by the browser, so that the page's policy stays. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: { type: 'tag', values: RULES }, resultTypes: ['violations'] });
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, ${options})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}
