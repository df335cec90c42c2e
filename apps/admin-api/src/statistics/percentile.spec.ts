import { describe, expect, it } from 'vitest';
import { percentilesOf } from './percentile.ts';

const counts = (...given: number[]) => [...given, ...Array.from({ length: 12 - given.length }, () => 0)];

describe('percentilesOf', () => {
  it.each([
    ['no attempts', counts(), null],
    ['one class', counts(0, 0, 0, 100), { p50: 75, p95: 98, p99: 100 }],
    ['a slow tail', counts(90, 0, 0, 0, 0, 0, 0, 10), { p50: 6, p95: 1_750, p99: 2_350 }],
    ['one attempt', counts(0, 1), { p50: 18, p95: 24, p99: 25 }],
    ['timeouts', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4], { p50: 30_750, p95: 31_425, p99: 31_485 }],
  ])('of %s', (_name, given, expected) => {
    expect(percentilesOf(given)).toEqual(expected);
  });
});
