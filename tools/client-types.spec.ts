import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientDocument } from './client-document.ts';
import { CLIENT_TYPES, toClientTypes } from './client-types.ts';

it('the types of the dashboard’s client are those of the API: npm run generate', async () => {
  const kept = readFileSync(new URL(`../${CLIENT_TYPES}`, import.meta.url), 'utf8');
  expect(await toClientTypes(clientDocument())).toBe(kept);
});
