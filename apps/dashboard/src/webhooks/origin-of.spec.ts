import { expect, it } from 'vitest';
import { originOf } from './origin-of.ts';

it.each([
  ['https://example.com/a', 'https://example.com/b?c=d', true],
  ['https://example.com', 'https://example.com:8443', false],
  ['https://example.com', 'http://example.com', false],
  ['https://example.com', 'https://exam', false],
])('%s and %s lead to the same host: %s', (one, other, expected) => {
  expect(originOf(one) === originOf(other)).toBe(expected);
});
