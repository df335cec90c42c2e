import { Injectable } from '@nestjs/common';
import { Refusal } from '../refusal.ts';
import { Sdk, type Owner } from '../sdk.ts';
import { PLANS, type Metric, type PlanKey } from './plans.ts';

const FIRST_PLAN: PlanKey = 'starter';

/** Which plan each account is on. */
@Injectable()
export class Billing {
  readonly #planOf = new Map<string, PlanKey>();

  constructor(private readonly sdk: Sdk) {}

  planOf(tenantId: string): PlanKey {
    return this.#planOf.get(tenantId) ?? FIRST_PLAN;
  }

  /** What the account's plan includes in a month. */
  limitOf(tenantId: string, metric: Metric): number {
    return PLANS[this.planOf(tenantId)][metric];
  }

  /** The limits of the new plan hold at once. */
  async changePlan(owner: Owner, planKey: PlanKey): Promise<void> {
    const previousPlanKey = this.planOf(owner.tenantId);
    if (!Object.hasOwn(PLANS, planKey)) throw new Refusal(`there is no plan ${planKey}`);
    if (planKey === previousPlanKey) throw new Refusal(`the account is on ${planKey} already`);
    this.#planOf.set(owner.tenantId, planKey);
    const changedAt = this.sdk.now();
    try {
      await this.sdk.publish('billing.plan_changed', owner, {
        ...{ previousPlanKey, planKey, changedAt, effectiveAt: changedAt },
      });
    } catch (error) {
      this.#planOf.set(owner.tenantId, previousPlanKey);
      throw error;
    }
  }
}
