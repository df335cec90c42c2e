import { describe, expect, it } from 'vitest';
import { createSdk, NOW, OWNER } from '../../fixtures/recording-publisher.ts';
import { Billing } from './billing.ts';

describe('billing', () => {
  it('changes the plan and with it the limits', async () => {
    const { sdk, publisher } = createSdk();
    const billing = new Billing(sdk);
    await billing.changePlan(OWNER, 'growth');
    expect(publisher.last).toEqual({
      previousPlanKey: 'starter',
      planKey: 'growth',
      changedAt: NOW,
      effectiveAt: NOW,
    });
    expect(billing.limitOf(OWNER.tenantId, 'visitors')).toBe(50_000);
  });

  it.each([
    ['starter', 'the account is on starter already'],
    ['gold', 'there is no plan gold'],
    ['constructor', 'there is no plan constructor'],
  ])('refuses %s', async (planKey, message) => {
    const { sdk, publisher } = createSdk();
    await expect(new Billing(sdk).changePlan(OWNER, planKey as never)).rejects.toThrow(message);
    expect(publisher.recorded).toEqual([]);
  });

  it('stays with the old plan when Kafka did not take the event', async () => {
    const { sdk, publisher } = createSdk();
    const billing = new Billing(sdk);
    publisher.isAway = true;
    await expect(billing.changePlan(OWNER, 'growth')).rejects.toThrow();
    expect(billing.planOf(OWNER.tenantId)).toBe('starter');
  });
});
