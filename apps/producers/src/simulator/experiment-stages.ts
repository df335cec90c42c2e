import type { Experiment } from '../experiments/experiments.ts';
import { PAUSE_REASONS, type Template } from './shop.ts';
import type { World } from './world.ts';

/** One experiment from draft to completed, and its successors. */
export interface Life {
  readonly template: Template;
  readonly goalId: string;
  round: number;
  experiment: Experiment | undefined;
}

/** A stage of a life: how many steps it lasts, and the change that begins it, which is one event. */
export interface Stage {
  lasts: readonly [min: number, max: number];
  begin: (world: World, life: Life) => Promise<unknown>;
}

/** The stages of a template's experiments; after the last one comes the first again. */
export function stagesOf({ type }: Template): readonly Stage[] {
  return type === 'feature_flag' ? LIFE_OF_A_FLAG : LIFE_OF_A_TEST;
}

const publish: Stage['begin'] = ({ experiments }, life) => experiments.publish(idOf(life));
const start: Stage['begin'] = ({ experiments }, life) => experiments.start(idOf(life));
const finish: Stage['begin'] = ({ experiments }, life) => experiments.finish(idOf(life));
const createFlag: Stage['begin'] = ({ flags }, life) => flags.create(idOf(life));
const pause: Stage['begin'] = ({ experiments, random }, life) =>
  experiments.pause(idOf(life), random.pick(PAUSE_REASONS));
const rollOut =
  (weight: number): Stage['begin'] =>
  ({ flags }, life) =>
    flags.rollOut(idOf(life), 'on', weight);

const LIFE_OF_A_TEST: readonly Stage[] = [
  { begin: create, lasts: [2, 4] },
  { begin: publish, lasts: [1, 2] },
  { begin: start, lasts: [50, 80] },
  { begin: pause, lasts: [8, 15] },
  { begin: start, lasts: [70, 100] },
  { begin: declareWinner, lasts: [10, 20] },
  { begin: finish, lasts: [10, 30] },
];

const LIFE_OF_A_FLAG: readonly Stage[] = [
  { begin: create, lasts: [1, 1] },
  { begin: createFlag, lasts: [2, 4] },
  { begin: publish, lasts: [1, 2] },
  { begin: start, lasts: [40, 60] },
  { begin: rollOut(25), lasts: [40, 60] },
  { begin: rollOut(50), lasts: [60, 90] },
  { begin: rollOut(100), lasts: [100, 200] },
  { begin: finish, lasts: [10, 30] },
];

/** Begins the next round of a life, and drops what is known of the last one. */
async function create({ experiments, conversions, flags, owner }: World, life: Life): Promise<void> {
  const { key, name, type, variants } = life.template;
  const round = life.round + 1;
  const made = await experiments.create(owner, {
    key: round === 1 ? key : `${key}-${round}`,
    name: round === 1 ? name : `${name}, round ${round}`,
    type,
    variants,
  });
  if (life.experiment !== undefined) {
    experiments.forget(life.experiment.id);
    conversions.forget(life.experiment.id);
    flags.forget(life.experiment.id);
  }
  Object.assign(life, { round, experiment: made });
}

/** The simulator knows the rates that it made the visitors convert at, so it needs no statistics to tell the winner. */
async function declareWinner({ experiments, conversions, random }: World, life: Life): Promise<void> {
  const { rates, variants } = life.template;
  const [control = 0] = rates;
  const best = Math.max(...rates);
  const { exposures, conversions: converted } = conversions.countsOf(idOf(life));
  await experiments.declareWinner(idOf(life), {
    variantKey: variants[rates.indexOf(best)]?.key ?? '',
    goalId: life.goalId,
    uplift: Math.round((best / control - 1) * 1_000) / 1_000,
    confidence: random.whole(951, 998) / 1_000,
    exposures,
    conversions: converted,
  });
}

function idOf({ experiment }: Life): string {
  if (experiment === undefined) throw new TypeError('a life begins with the creation of its experiment');
  return experiment.id;
}
