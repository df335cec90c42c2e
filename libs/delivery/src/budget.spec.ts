import { describe, expect, it } from 'vitest';
import { Budget } from './budget.ts';

const takes = (budget: Budget, times: readonly number[]) => times.map((nowMs) => budget.take(nowMs));

describe('a budget', () => {
  it('gives so many a second, and the same again in the next', () => {
    const budget = new Budget(2);
    expect(takes(budget, [1_000, 1_500, 1_999, 2_000, 2_000, 2_000])).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('does not save up what a quiet time left', () => {
    const budget = new Budget(1);
    expect(takes(budget, [1_000, 60_000, 60_001])).toEqual([true, true, false]);
  });

  it('of none gives nothing', () => {
    expect(takes(new Budget(0), [0, 1_000])).toEqual([false, false]);
  });
});
