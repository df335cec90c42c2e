import { Injectable } from '@nestjs/common';
import { Billing } from '../billing/billing.ts';
import type { Metric } from '../billing/plans.ts';
import { Refusal } from '../refusal.ts';
import { Sdk, type Owner } from '../sdk.ts';
import { monthOf, type Period } from './month-of.ts';

interface Meter {
  period: Period;
  used: number;
  isAnnounced: boolean;
}

/** Counts what accounts use in each calendar month and tells, once a month and metric, that the limit is reached. */
@Injectable()
export class Usage {
  readonly #meters = new Map<string, Meter>();

  constructor(
    private readonly sdk: Sdk,
    private readonly billing: Billing,
  ) {}

  /** Adds to a metric. Rejects when the limit is reached and Kafka did not take that: the next count tells it then. */
  async count(owner: Owner, metric: Metric, amount = 1): Promise<void> {
    if (!(amount >= 0)) throw new Refusal(`${metric} cannot be counted by ${amount}`);
    const meter = this.#meterOf(owner.tenantId, metric);
    meter.used += amount;
    const limit = this.billing.limitOf(owner.tenantId, metric);
    if (meter.isAnnounced || meter.used < limit) return;
    // Before the first await: whoever counts meanwhile sees it announced.
    meter.isAnnounced = true;
    const { period, used } = meter;
    const planKey = this.billing.planOf(owner.tenantId);
    try {
      await this.sdk.publish('usage.limit_reached', owner, {
        ...{ metric, limit, used, periodStart: period.start, periodEnd: period.end, planKey },
      });
    } catch (error) {
      meter.isAnnounced = false;
      throw error;
    }
  }

  /** What counting `amount` more would do. */
  wouldReachLimit(tenantId: string, metric: Metric, amount: number): boolean {
    const { used, isAnnounced } = this.#meterOf(tenantId, metric);
    return !isAnnounced && used + amount >= this.billing.limitOf(tenantId, metric);
  }

  #meterOf(tenantId: string, metric: Metric): Meter {
    const key = `${tenantId} ${metric}`;
    const known = this.#meters.get(key);
    const period = monthOf(this.sdk.now());
    if (known !== undefined && known.period.start === period.start) return known;
    const meter = { period, used: 0, isAnnounced: false };
    this.#meters.set(key, meter);
    return meter;
  }
}
