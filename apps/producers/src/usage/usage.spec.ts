import { describe, expect, it } from 'vitest';
import { createSdk, OWNER } from '../../fixtures/recording-publisher.ts';
import { Billing } from '../billing/billing.ts';
import { monthOf } from './month-of.ts';
import { Usage } from './usage.ts';

const OTHER = { ...OWNER, tenantId: '0197b29f-0a52-7c18-b3e4-5d6f7a8b9c02' };

function setUp() {
  const { sdk, publisher, clock } = createSdk();
  const billing = new Billing(sdk);
  const reached = () => publisher.types.filter((type) => type === 'usage.limit_reached').length;
  return { billing, usage: new Usage(sdk, billing), publisher, clock, reached };
}

describe('usage', () => {
  it('tells once that the limit is reached, with the figures of the month', async () => {
    const { usage, publisher, reached } = setUp();
    await usage.count(OWNER, 'visitors', 9_999);
    expect(reached()).toBe(0);
    await usage.count(OWNER, 'visitors');
    await usage.count(OWNER, 'visitors', 500);
    expect(reached()).toBe(1);
    const [periodStart, periodEnd] = [Date.UTC(2025, 5), Date.UTC(2025, 6)];
    const figures = { metric: 'visitors', limit: 10_000, used: 10_000, planKey: 'starter' };
    expect(publisher.last).toEqual({ ...figures, periodStart, periodEnd });
  });

  it('tells once when many count at a time', async () => {
    const { usage, reached } = setUp();
    await Promise.all(Array.from({ length: 12_000 }, () => usage.count(OWNER, 'visitors')));
    expect(reached()).toBe(1);
  });

  it('tells again in the next month, which begins at nought', async () => {
    const { usage, clock, reached } = setUp();
    await usage.count(OWNER, 'visitors', 10_000);
    clock.ms = Date.UTC(2025, 6);
    await usage.count(OWNER, 'visitors', 9_999);
    expect(reached()).toBe(1);
    await Promise.all([usage.count(OWNER, 'visitors'), usage.count(OWNER, 'visitors')]);
    expect(reached()).toBe(2);
  });

  it('counts each account and metric by itself', async () => {
    const { usage, reached } = setUp();
    await usage.count(OWNER, 'visitors', 9_000);
    await usage.count(OTHER, 'visitors', 9_000);
    await usage.count(OWNER, 'responses', 499);
    expect(reached()).toBe(0);
    await usage.count(OTHER, 'visitors', 1_000);
    await usage.count(OWNER, 'responses');
    expect(reached()).toBe(2);
  });

  it.each([
    ['growth', 0],
    ['free', 1],
  ] as const)('on the plan %s after the change: %i', async (plan, expected) => {
    const { billing, usage, reached } = setUp();
    await usage.count(OWNER, 'visitors', 9_000);
    await billing.changePlan(OWNER, plan);
    await usage.count(OWNER, 'visitors', 2_000);
    expect(reached()).toBe(expected);
  });

  it('tells later what Kafka did not take', async () => {
    const { usage, publisher, reached } = setUp();
    publisher.isAway = true;
    await expect(usage.count(OWNER, 'visitors', 10_000)).rejects.toThrow();
    publisher.isAway = false;
    expect(usage.wouldReachLimit(OWNER.tenantId, 'visitors', 0)).toBe(true);
    await usage.count(OWNER, 'visitors');
    expect(reached()).toBe(1);
    expect(publisher.last).toMatchObject({ used: 10_001 });
  });

  it.each([-1, Number.NaN])('refuses to count %d', async (amount) => {
    await expect(setUp().usage.count(OWNER, 'visitors', amount)).rejects.toThrow('cannot be counted by');
  });

  it.each([
    ['2025-12-31T23:59:59.999Z', '2025-12-01', '2026-01-01'],
    ['2024-02-29T00:00:00.000Z', '2024-02-01', '2024-03-01'],
  ])('%s is in the month from %s to %s', (at, start, end) => {
    expect(monthOf(Date.parse(at))).toEqual({ start: Date.parse(start), end: Date.parse(end) });
  });
});
