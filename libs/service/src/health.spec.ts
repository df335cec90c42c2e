import { describe, expect, it } from 'vitest';
import { Health, type HealthCheck } from './health.ts';

function report(checks: Record<string, HealthCheck>) {
  const health = new Health();
  for (const [name, check] of Object.entries(checks)) health.add(name, check);
  return health.report();
}

describe('the health of a process', () => {
  it('is good when nothing is asked', async () => {
    expect(await report({})).toEqual({ isReady: true, checks: {} });
  });

  it('is good when every part is, whether it answers at once or later', async () => {
    expect(await report({ a: () => true, b: () => Promise.resolve(true) })).toEqual({
      isReady: true,
      checks: { a: true, b: true },
    });
  });

  it('names each part that is not', async () => {
    expect(await report({ a: () => true, b: () => Promise.resolve(false), c: () => false })).toEqual({
      isReady: false,
      checks: { a: true, b: false, c: false },
    });
  });

  it('has the latest check of a name', async () => {
    const health = new Health();
    health.add('a', () => false);
    health.add('a', () => true);
    expect(await health.report()).toEqual({ isReady: true, checks: { a: true } });
  });
});
