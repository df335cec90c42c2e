import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { TestBrowser } from './browser.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Where CI picks them up. */
const KEPT = join(ROOT, '.hub/screenshots');
/** Where the documentation has them: `npm run screenshots`. */
const DOCUMENTED = join(ROOT, 'docs/screenshots');
const QUALITY = 0.8;

/** Keeps a picture of what a page shows, and where it is asked for one for the documentation. */
export interface Screenshots {
  take: (page: Page, name: string) => Promise<void>;
  /** The same, and as WebP, a fifth as large, for the documentation. */
  document: (page: Page, name: string) => Promise<void>;
}

export function useScreenshots(browser: TestBrowser): Screenshots {
  const isDocumented = process.env['SCREENSHOTS'] === 'docs';
  let blank: Page | undefined;
  const take = async (page: Page, name: string) => {
    mkdirSync(KEPT, { recursive: true });
    return page.screenshot({ path: join(KEPT, `${name}.png`) });
  };
  return {
    take: async (page, name) => void (await take(page, name)),
    document: async (page, name) => {
      const png = await take(page, name);
      if (!isDocumented) return;
      blank ??= (await browser.open()).page;
      mkdirSync(DOCUMENTED, { recursive: true });
      writeFileSync(join(DOCUMENTED, `${name}.webp`), await toWebp(blank, png));
    },
  };
}

/** Browsers can write WebP, which the library that drives this one cannot. */
async function toWebp(blank: Page, png: Buffer): Promise<Buffer> {
  const url = await blank.evaluate<string>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    canvas.getContext('2d').drawImage(image, 0, 0);
    return canvas.toDataURL('image/webp', ${QUALITY});
  })()`);
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
