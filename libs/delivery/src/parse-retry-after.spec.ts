import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './parse-retry-after.ts';

const NOW = Date.UTC(2025, 5, 9, 12, 0, 0);

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    ['  7 ', 7_000],
    ['007', 7_000],
    ['999999999', 999_999_999_000],
    ['Mon, 09 Jun 2025 12:00:30 GMT', 30_000],
    ['Monday, 09-Jun-25 12:01:00 GMT', 60_000],
    ['Mon Jun  9 12:00:10 2025 GMT', 10_000],
    ['Mon, 09 Jun 2025 12:00:00 GMT', 0],
    ['Mon, 09 Jun 2025 11:00:00 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ])('%j is %i ms from now', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });

  it.each([
    undefined,
    '',
    '   ',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '5s',
    '5, 10',
    'Infinity',
    'NaN',
    'soon',
    '9'.repeat(10),
    '9'.repeat(400),
    '2025-06-09T12:00:30Z',
    'Mon, 99 Foo 2025 12:00:30 GMT',
    'Mon, ',
    '\u0663\u0663',
  ])('%j says nothing', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  });
});

it('reads the obsolete date form, which names no zone, as UTC', () => {
  const nowMs = Date.UTC(2025, 5, 9, 12);
  expect(parseRetryAfter('Mon Jun  9 12:00:10 2025', nowMs)).toBe(10_000);
});
