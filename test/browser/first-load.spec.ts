import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const BUILT = join(import.meta.dirname, '../../dist/apps/dashboard');
const ASSETS = join(BUILT, 'assets');
const MOST_BYTES = 250 * 1_024;
const PAGES = ['overview-page', 'webhooks-page', 'create-webhook-page', 'sign-in-page', 'delivery-page'];

/** Files that a script of the build loads before it runs. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ASSETS, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, name]) => name ?? '');
}

function closureOf(files: readonly string[]): Set<string> {
  const all = new Set<string>();
  const visit = (file: string) => {
    if (all.has(file)) return;
    all.add(file);
    for (const next of importsOf(file)) visit(next);
  };
  for (const file of files) visit(file);
  return all;
}

const weightOf = (files: Iterable<string>, ending: string) =>
  [...files].reduce((sum, file) => sum + readFileSync(join(ASSETS, `${file}.${ending}`)).length, 0);

const entry = () => {
  const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
  return [...page.matchAll(/(?:src|href)="\/assets\/([\w.-]+\.js)"/g)].map(([, name]) => name ?? '');
};
const fileOf = (page: string) =>
  readdirSync(ASSETS).find((file) => file.startsWith(`${page}-`) && file.endsWith('.js')) ?? page;

describe('the first load', () => {
  it.each(PAGES)('of %s is less than 250 KB of compressed JavaScript', (page) => {
    const shell = page === 'sign-in-page' ? [] : [fileOf('project-shell')];
    const files = closureOf([...entry(), ...shell, fileOf(page)]);
    expect(files.size).toBeGreaterThan(3);
    // Browsers without brotli get gzip, so that counts.
    expect(weightOf(files, 'gz')).toBeLessThan(MOST_BYTES);
    expect(weightOf(files, 'br')).toBeLessThan(weightOf(files, 'gz'));
  });
});
