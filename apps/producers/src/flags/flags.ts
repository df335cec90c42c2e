import type { Variant } from '#events';
import { Injectable } from '@nestjs/common';
import { assignVariant } from '../conversions/assign-variant.ts';
import type { PageView } from '../conversions/conversions.ts';
import { Experiments, type Experiment } from '../experiments/experiments.ts';
import { Refusal } from '../refusal.ts';
import { Sdk } from '../sdk.ts';

interface Flag {
  readonly experiment: Experiment;
  variants: Variant[];
}

/** Feature flags. A flag is an experiment of its own type; its id is the experiment's. */
@Injectable()
export class Flags {
  readonly #byId = new Map<string, Flag>();

  constructor(
    private readonly sdk: Sdk,
    private readonly experiments: Experiments,
  ) {}

  async create(experimentId: string): Promise<void> {
    const experiment = this.experiments.get(experimentId);
    if (experiment.type !== 'feature_flag') throw new Refusal(`${experiment.key} is not a feature flag`);
    if (this.#byId.has(experimentId)) throw new Refusal(`the flag ${experiment.key} exists already`);
    const flag = { experiment, variants: [...experiment.variants] };
    this.#byId.set(experimentId, flag);
    try {
      await this.sdk.publish('feature_flag.created', experiment.owner, describe(flag));
    } catch (error) {
      this.#byId.delete(experimentId);
      throw error;
    }
  }

  /** Rolls a variant out to `weight` percent of the visitors; the others share what is left as before. */
  async rollOut(flagId: string, variantKey: string, weight: number): Promise<void> {
    const flag = this.#get(flagId);
    const { key, owner } = flag.experiment;
    const before = flag.variants;
    const chosen = before.find((variant) => variant.variantKey === variantKey);
    if (chosen === undefined) throw new Refusal(`${key} has no variant ${variantKey}`);
    if (!(weight >= 0 && weight <= 100)) throw new Refusal(`the weight of ${variantKey} must be 0 to 100`);
    const rest = 100 - chosen.weight;
    const share = (each: Variant) => (rest === 0 ? 1 / (before.length - 1) : each.weight / rest);
    flag.variants = before.map((each) => {
      return {
        ...each,
        weight: each === chosen ? weight : Math.round((100 - weight) * share(each) * 100) / 100,
      };
    });
    try {
      await this.sdk.publish('feature_flag.updated', owner, describe(flag));
    } catch (error) {
      flag.variants = before;
      throw error;
    }
  }

  /** What the flag is for this visitor. */
  async expose(flagId: string, { anonymousId, url, payload = {} }: PageView): Promise<Variant> {
    const { experiment, variants } = this.#get(flagId);
    const { id, key, owner, status } = experiment;
    if (status !== 'running') throw new Refusal(`${key} takes no visitors: it is ${status}`);
    const variant = assignVariant(flagId, anonymousId, variants);
    if (variant === undefined) throw new Refusal(`${key} has no variants`);
    const { variantId, variantKey } = variant;
    await this.sdk.publish('feature_flag.exposed', owner, {
      ...{ experimentId: id, experimentKey: key, flagKey: key, variantId, variantKey },
      ...{ anonymousId, eventName: '$exposure', url, payload },
    });
    return variant;
  }

  forget(flagId: string): void {
    this.#byId.delete(flagId);
  }

  #get(flagId: string): Flag {
    const flag = this.#byId.get(flagId);
    if (flag === undefined) throw new Refusal(`there is no flag ${flagId}`);
    return flag;
  }
}

function describe({ experiment, variants }: Flag) {
  const { id, key, name, status } = experiment;
  return { flagId: id, flagKey: key, name, status, variants };
}
