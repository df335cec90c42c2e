import type { Variant } from '#events';
import { Injectable } from '@nestjs/common';
import { Refusal } from '../refusal.ts';
import { Sdk, type Owner } from '../sdk.ts';

export type ExperimentType = 'ab' | 'split_url' | 'redirect' | 'feature_flag';
export type ExperimentStatus = 'draft' | 'running' | 'paused' | 'completed';

/** What one tells of an experiment to create it. Weights are percents and add up to 100. */
export interface NewExperiment {
  key: string;
  name: string;
  type: ExperimentType;
  variants: { key: string; name: string; weight: number }[];
}

export interface Experiment {
  readonly id: string;
  readonly owner: Owner;
  readonly key: string;
  readonly name: string;
  readonly type: ExperimentType;
  readonly variants: readonly Variant[];
  status: ExperimentStatus;
  version: number;
  winnerVariantKey: string | null;
}

/** What the statistics found. `uplift` and `confidence` are fractions: 0.12 is 12 %. */
export interface Winner {
  variantKey: string;
  goalId: string;
  uplift: number;
  confidence: number;
  exposures: number;
  conversions: number;
}

/** Which statuses each change may start from. */
const ALLOWED_FROM: Record<string, readonly ExperimentStatus[]> = {
  start: ['draft', 'paused'],
  pause: ['running'],
  finish: ['running', 'paused'],
  publish: ['draft', 'running', 'paused'],
  'declare a winner of': ['running'],
};

/** Experiments and their lifecycle: draft, running, paused, completed. Kept in memory; every change is an event. */
@Injectable()
export class Experiments {
  readonly #byId = new Map<string, Experiment>();

  constructor(private readonly sdk: Sdk) {}

  /** The first variant is the control. */
  async create(owner: Owner, { variants, ...given }: NewExperiment): Promise<Experiment> {
    const total = variants.reduce((sum, { weight }) => sum + weight, 0);
    if (variants.length < 2) throw new Refusal(`${given.key} needs at least two variants`);
    if (Math.abs(total - 100) > 0.01)
      throw new Refusal(`the weights of ${given.key} add up to ${total}, not 100`);
    const experiment: Experiment = {
      ...given,
      id: this.sdk.newId(),
      owner,
      variants: variants.map(({ key, name, weight }, index) => {
        return { variantId: this.sdk.newId(), variantKey: key, name, isControl: index === 0, weight };
      }),
      status: 'draft',
      version: 0,
      winnerVariantKey: null,
    };
    this.#byId.set(experiment.id, experiment);
    try {
      await this.sdk.publish('experiment.created', owner, describe(experiment));
    } catch (error) {
      this.#byId.delete(experiment.id);
      throw error;
    }
    return experiment;
  }

  start(id: string): Promise<void> {
    return this.#change(id, 'start', { status: 'running' }, (experiment) =>
      this.sdk.publish('experiment.started', experiment.owner, {
        ...describe(experiment),
        startedAt: this.sdk.now(),
      }),
    );
  }

  pause(id: string, reason: string | null = null): Promise<void> {
    return this.#change(id, 'pause', { status: 'paused' }, (experiment) =>
      this.sdk.publish('experiment.paused', experiment.owner, {
        ...describe(experiment),
        pausedAt: this.sdk.now(),
        reason,
      }),
    );
  }

  /** Ends it for good; the event names the winner when one was declared. */
  finish(id: string): Promise<void> {
    return this.#change(id, 'finish', { status: 'completed' }, (experiment) =>
      this.sdk.publish('experiment.finished', experiment.owner, {
        ...describe(experiment),
        finishedAt: this.sdk.now(),
        winnerVariantKey: experiment.winnerVariantKey,
      }),
    );
  }

  /** Brings the configuration to the edge, under the next version number. */
  publish(id: string): Promise<void> {
    const version = this.get(id).version + 1;
    return this.#change(id, 'publish', { version }, (experiment) =>
      this.sdk.publish('experiment.published', experiment.owner, {
        ...describe(experiment),
        version,
        publishedAt: this.sdk.now(),
      }),
    );
  }

  async declareWinner(id: string, { variantKey, ...figures }: Winner): Promise<void> {
    const { key, variants, winnerVariantKey } = this.get(id);
    const winner = variants.find((variant) => variant.variantKey === variantKey);
    if (winner === undefined) throw new Refusal(`${key} has no variant ${variantKey}`);
    if (winnerVariantKey !== null) throw new Refusal(`${key} has its winner already: ${winnerVariantKey}`);
    await this.#change(id, 'declare a winner of', { winnerVariantKey: variantKey }, (experiment) =>
      this.sdk.publish('experiment.winner_detected', experiment.owner, {
        experimentId: id,
        experimentKey: key,
        winnerVariantId: winner.variantId,
        winnerVariantKey: variantKey,
        ...figures,
      }),
    );
  }

  get(id: string): Experiment {
    const experiment = this.#byId.get(id);
    if (experiment === undefined) throw new Refusal(`there is no experiment ${id}`);
    return experiment;
  }

  /** Drops a completed experiment from memory. */
  forget(id: string): void {
    const { key, status } = this.get(id);
    if (status !== 'completed') throw new Refusal(`cannot forget ${key}: it is ${status}`);
    this.#byId.delete(id);
  }

  /** Takes effect at once, so that nobody else makes the same change, and is undone when the event was not taken. */
  async #change(
    id: string,
    verb: string,
    change: Partial<Pick<Experiment, 'status' | 'version' | 'winnerVariantKey'>>,
    announce: (experiment: Experiment) => Promise<void>,
  ): Promise<void> {
    const experiment = this.get(id);
    const { key, status, version, winnerVariantKey } = experiment;
    const before: typeof change = { status, version, winnerVariantKey };
    const allowed = ALLOWED_FROM[verb] ?? [];
    if (!allowed.includes(status)) {
      throw new Refusal(`cannot ${verb} ${key}: it is ${status}, not ${allowed.join(' or ')}`);
    }
    Object.assign(experiment, change);
    try {
      await announce(experiment);
    } catch (error) {
      // Only what was changed here: another change may have gone through meanwhile.
      const undone = Object.keys(change) as (keyof typeof change)[];
      Object.assign(experiment, Object.fromEntries(undone.map((name) => [name, before[name]])));
      throw error;
    }
  }
}

function describe({ id, key, name, type, status, variants }: Experiment) {
  return {
    experimentId: id,
    experimentKey: key,
    name,
    experimentType: type,
    status,
    variants: [...variants],
  };
}
