import type { Assignment } from '#events';
import { stagesOf, type Life } from './experiment-stages.ts';
import { SHOP_URL, TEMPLATES } from './shop.ts';
import type { Visitor } from './visitors.ts';
import type { World } from './world.ts';

const STEPS_BEFORE_CONVERSION = [2, 20] as const;
const STEPS_BEFORE_RETRY = 5;

/** Four experiments, one of each type, live from draft to completed; then their successors begin. */
export class ExperimentLives {
  readonly #world: World;
  readonly #lives: readonly Life[];

  constructor(world: World) {
    this.#world = world;
    this.#lives = TEMPLATES.map((template) => {
      return { template, goalId: world.random.uuid(), round: 0, experiment: undefined };
    });
    this.#lives.forEach((life, index) => this.#plan(life, 0, 1 + index * 2));
  }

  /** The visitor opens a page that an experiment runs on. `undefined` when there is none that is new to them. */
  visit(visitor: Visitor, step: number): Promise<unknown> | undefined {
    const { agenda, random, conversions, flags } = this.#world;
    const open = this.#lives.filter(({ experiment }) => {
      if (experiment?.status !== 'running') return false;
      return conversions.variantOf(experiment.id, visitor.anonymousId) === undefined;
    });
    const life = open[random.whole(0, Math.max(0, open.length - 1))];
    if (life?.experiment === undefined) return undefined;
    const { id, type } = life.experiment;
    const { variants, rates, page } = life.template;
    if (type === 'feature_flag') return flags.expose(id, viewOf(visitor, page));
    const exposed = conversions.expose(id, viewOf(visitor, page));
    const seen = conversions.variantOf(id, visitor.anonymousId)?.variantKey;
    if (random.chance(rates[variants.findIndex(({ key }) => key === seen)] ?? 0)) {
      agenda.add(step + random.whole(...STEPS_BEFORE_CONVERSION), () => this.#convert(life, id, visitor));
    }
    return exposed;
  }

  /** What the visitor saw of the experiments that are alive. */
  assignmentsOf(anonymousId: string): Assignment[] {
    return this.#lives.flatMap(({ experiment }) => {
      const variant = experiment && this.#world.conversions.variantOf(experiment.id, anonymousId);
      return variant ? [{ experimentKey: experiment.key, variantKey: variant.variantKey }] : [];
    });
  }

  /** What Kafka did not take is tried again before what comes after it. */
  #plan(life: Life, index: number, step: number): void {
    const stages = stagesOf(life.template);
    const stage = stages[index % stages.length];
    if (stage === undefined) return;
    this.#world.agenda.add(step, (now) => {
      const lasts = this.#world.random.whole(...stage.lasts);
      const begun = stage.begin(this.#world, life);
      begun.then(
        () => this.#plan(life, index + 1, now + lasts),
        () => this.#plan(life, index, now + STEPS_BEFORE_RETRY),
      );
      return begun;
    });
  }

  #convert({ experiment, template, goalId }: Life, id: string, visitor: Visitor): Promise<void> | undefined {
    const { conversions, random } = this.#world;
    // Meanwhile it may have been paused or have ended, or Kafka may not have taken the exposure.
    const isCounted = experiment?.status === 'running' && conversions.variantOf(id, visitor.anonymousId);
    if (experiment?.id !== id || !isCounted) return undefined;
    const { eventName, goalType, page } = template.goal;
    const isRevenue = goalType === 'revenue';
    const revenue = isRevenue ? { revenue: random.whole(1_490, 18_900) / 100, currency: 'EUR' } : {};
    const order = isRevenue ? { orderId: `A-${random.whole(1_000, 99_999)}`, items: random.whole(1, 5) } : {};
    const { payload, ...view } = viewOf(visitor, page);
    const goal = { ...view, payload: { ...payload, ...order }, eventName, goalId, goalType, ...revenue };
    return conversions.convert(id, { ...goal, referrer: visitor.referrer });
  }
}

function viewOf({ anonymousId, device }: Visitor, page: string) {
  return { anonymousId, url: `${SHOP_URL}${page}`, payload: { device } };
}
