import { describe, expect, it } from 'vitest';
import { AttemptPace } from './attempt-pace.ts';

function createPace() {
  let nowMs = 0;
  const pace = new AttemptPace(() => nowMs);
  const attempt = (ms: number) => {
    const end = pace.start();
    nowMs += ms;
    end();
  };
  return { pace, attempt, pass: (ms: number) => (nowMs += ms) };
}

describe('AttemptPace', () => {
  it('expects the best of a destination that it does not know', () => {
    expect(createPace().pace.endingWithin(5_000, 1)).toBe(5_000);
  });

  it('reckons with what attempts took, and with how many run side by side', () => {
    const { pace, attempt } = createPace();
    attempt(100);
    expect([pace.endingWithin(5_000, 1), pace.endingWithin(5_000, 8)]).toEqual([50, 400]);
  });

  it('follows a destination that becomes slow, and one that becomes fast', () => {
    const { pace, attempt } = createPace();
    attempt(10);
    for (let i = 0; i < 60; i += 1) attempt(1_000);
    expect(pace.endingWithin(5_000, 1)).toBe(5);
    for (let i = 0; i < 120; i += 1) attempt(10);
    expect(pace.endingWithin(5_000, 1)).toBeGreaterThan(400);
  });

  it('does not wait for the end of an attempt that hangs', () => {
    const { pace, attempt, pass } = createPace();
    attempt(10);
    pace.start();
    pass(10_000);
    expect(pace.endingWithin(5_000, 1)).toBe(0);
  });
});
