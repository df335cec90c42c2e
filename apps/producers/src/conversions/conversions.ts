import type { JsonObject, Variant } from '#events';
import { Injectable } from '@nestjs/common';
import { Experiments, type Experiment } from '../experiments/experiments.ts';
import { Refusal } from '../refusal.ts';
import { Sdk } from '../sdk.ts';
import { assignVariant } from './assign-variant.ts';

/** Something that happened on a page. */
export interface PageView {
  anonymousId: string;
  url: string;
  payload?: JsonObject;
}

/** A visitor meeting a goal. `revenue` is in units of the currency. */
export interface GoalMet extends PageView {
  eventName: string;
  goalId: string;
  goalType: 'page_view' | 'click' | 'custom_event' | 'revenue' | 'form_submit';
  revenue?: number;
  currency?: string;
  referrer?: string;
}

/** Visitors remembered an experiment; the oldest is forgotten first. */
const MAX_VISITORS = 10_000;

/** Who saw which variant and who met a goal. */
@Injectable()
export class Conversions {
  readonly #exposed = new Map<string, Map<string, { variant: Variant; hasConverted: boolean }>>();

  constructor(
    private readonly sdk: Sdk,
    private readonly experiments: Experiments,
  ) {}

  /** The visitor's variant. Only the first call for a visitor is an event. */
  async expose(experimentId: string, view: PageView): Promise<Variant> {
    const experiment = this.#running(experimentId);
    const known = this.variantOf(experimentId, view.anonymousId);
    if (known !== undefined) return known;
    const variant = assignVariant(experimentId, view.anonymousId, experiment.variants);
    if (variant === undefined) throw new Refusal(`${experiment.key} has no variants`);
    const visitors = this.#visitorsOf(experimentId);
    visitors.set(view.anonymousId, { variant, hasConverted: false });
    try {
      await this.sdk.publish('experiment.exposure', experiment.owner, {
        ...describe(experiment, variant, view),
        eventName: '$exposure',
      });
    } catch (error) {
      visitors.delete(view.anonymousId);
      throw error;
    }
    return variant;
  }

  /** Refuses visitors who were not exposed: they would count for no variant. */
  async convert(experimentId: string, goal: GoalMet): Promise<void> {
    const experiment = this.#running(experimentId);
    const visitor = this.#exposed.get(experimentId)?.get(goal.anonymousId);
    if (visitor === undefined)
      throw new Refusal(`visitor ${goal.anonymousId} was never exposed to ${experiment.key}`);
    const { eventName, goalId, goalType, revenue = null, currency = null, referrer = null } = goal;
    await this.sdk.publish('experiment.conversion', experiment.owner, {
      ...describe(experiment, visitor.variant, goal),
      ...{ eventName, goalId, goalType, revenue, currency, referrer },
    });
    visitor.hasConverted = true;
  }

  variantOf(experimentId: string, anonymousId: string): Variant | undefined {
    return this.#exposed.get(experimentId)?.get(anonymousId)?.variant;
  }

  /** Visitors who saw the experiment and those of them who met a goal. */
  countsOf(experimentId: string): { exposures: number; conversions: number } {
    const visitors = [...(this.#exposed.get(experimentId)?.values() ?? [])];
    return {
      exposures: visitors.length,
      conversions: visitors.filter(({ hasConverted }) => hasConverted).length,
    };
  }

  /** Drops what is remembered of an experiment's visitors. */
  forget(experimentId: string): void {
    this.#exposed.delete(experimentId);
  }

  #running(experimentId: string): Experiment {
    const experiment = this.experiments.get(experimentId);
    if (experiment.status === 'running') return experiment;
    throw new Refusal(`${experiment.key} takes no visitors: it is ${experiment.status}`);
  }

  #visitorsOf(experimentId: string) {
    const visitors = this.#exposed.get(experimentId) ?? new Map();
    this.#exposed.set(experimentId, visitors);
    if (visitors.size >= MAX_VISITORS) visitors.delete(visitors.keys().next().value);
    return visitors;
  }
}

function describe({ id, key }: Experiment, variant: Variant, { anonymousId, url, payload = {} }: PageView) {
  const { variantId, variantKey } = variant;
  return { experimentId: id, experimentKey: key, variantId, variantKey, anonymousId, url, payload };
}
