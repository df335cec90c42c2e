import { expect, it } from 'vitest';
import { FetchPace } from './fetch-pace.ts';

it('a fetch follows at once on one that brought little', () => {
  const pace = new FetchPace({ gatherMs: 5, fromRecords: 4 });
  pace.start(1_000);
  pace.took(3);
  expect(pace.waitMs(1_001)).toBe(0);
});

it.each([
  [1_001, 4],
  [1_004.5, 0.5],
  [1_005, 0],
  [1_300, 0],
])('after one that brought much, a fetch at %d ms waits %d ms', (nowMs, waitMs) => {
  const pace = new FetchPace({ gatherMs: 5, fromRecords: 4 });
  pace.start(1_000);
  // Of two partitions.
  pace.took(2);
  pace.took(2);
  expect(pace.waitMs(nowMs)).toBe(waitMs);
});

it('each fetch counts for itself', () => {
  const pace = new FetchPace({ gatherMs: 5, fromRecords: 4 });
  pace.took(4);
  expect(pace.start(1_000)).toBe(4);
  expect([pace.waitMs(1_001), pace.start(1_001)]).toEqual([0, 0]);
});

it('a backlog is worked off without waiting', () => {
  const pace = new FetchPace({ gatherMs: 250, fromRecords: 1, enoughRecords: 1_000 });
  pace.start(1_000);
  pace.took(999);
  expect(pace.waitMs(1_010)).toBe(240);
  pace.took(1);
  expect(pace.waitMs(1_010)).toBe(0);
});
