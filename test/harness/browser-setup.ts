import { findBrowser } from '../../tools/find-browser.ts';

/** Before the browser tests: a machine without a browser is told so once, and not by each test. */
export function setup(): void {
  findBrowser();
}
