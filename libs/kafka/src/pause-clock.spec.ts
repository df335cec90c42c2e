import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PauseClock } from './pause-clock.ts';

const START = 1_750_000_000_000;
const HOUR = 3_600_000;

function clock() {
  const resumed: [key: string, afterMs: number][] = [];
  const pauses = new PauseClock();
  const pause = (key: string, forMs: number, name = key) =>
    pauses.at(key, START + forMs, () => resumed.push([name, Date.now() - START]));
  return { pauses, pause, resumed };
}

beforeEach(() => void vi.useFakeTimers({ now: START }));
afterEach(() => void vi.useRealTimers());

describe('a pause', () => {
  it.each([1, 999, 60_000, 60_001, HOUR, 40 * 24 * HOUR])('of %i ms ends on time', async (forMs) => {
    const { pause, resumed } = clock();
    pause('a', forMs);
    await vi.advanceTimersByTimeAsync(forMs - 1);
    expect(resumed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(resumed).toEqual([['a', forMs]]);
  });

  it.each([0, -5_000])('until %i ms from now is over at once', (forMs) => {
    const { pause, resumed } = clock();
    pause('a', forMs);
    expect(resumed).toEqual([['a', 0]]);
  });

  it('does not end early when its timer does, or when the clock was set back', async () => {
    const { pause, resumed } = clock();
    pause('a', 1_000);
    vi.setSystemTime(START - 500);
    await vi.advanceTimersByTimeAsync(1_400);
    expect(resumed).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(resumed).toEqual([['a', 1_000]]);
  });

  it('takes the place of an earlier one of the same partition, longer or shorter, and of no other', async () => {
    const { pause, resumed } = clock();
    pause('a', 1_000, 'first');
    pause('a', 2_000, 'second');
    pause('b', 1_500);
    pause('c', 5_000, 'long');
    pause('c', 500, 'short');
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(resumed).toEqual([
      ['short', 500],
      ['b', 1_500],
      ['second', 2_000],
    ]);
  });

  it('that is cleared never ends', async () => {
    const { pauses, pause, resumed } = clock();
    pause('a', 1_000);
    pause('b', 2_000);
    pauses.clear();
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(resumed).toEqual([]);
  });
});
