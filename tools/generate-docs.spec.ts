import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateDocs } from './generate-docs.ts';

it.each([...generateDocs()])('%s is fresh; otherwise run `npm run docs:generate`', (path, text) => {
  expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
});
