import { PLANS } from '../billing/plans.ts';
import type { Owner } from '../sdk.ts';
import type { Survey } from '../surveys/surveys.ts';
import { Agenda } from './agenda.ts';
import { ExperimentLives } from './experiment-lives.ts';
import type { Random } from './random.ts';
import { COMMENTS, SCORE_SHARES, SHOP_URL } from './shop.ts';
import { Visitors } from './visitors.ts';
import type { Services, World } from './world.ts';

const PLAN_CHANGE_STEP = 150;
const STEPS_BETWEEN_PLAN_CHANGES = 1_500;
const SURVEY_SHARE = 0.12;
const COMMENT_SHARE = 0.45;
/** How far below its limit an account's use begins, so that a newcomer sees the limit being reached. */
const VISITORS_LEFT = 60;

/** A web shop's day in miniature. Each step publishes one event; the same seed gives the same day. */
export class Simulation {
  readonly #world: World;
  readonly #lives: ExperimentLives;
  readonly #survey: Survey;
  #step = 0;
  #uncounted = PLANS.starter.visitors - VISITORS_LEFT;

  constructor(services: Services, owner: Owner, random: Random) {
    this.#world = { ...services, owner, random, agenda: new Agenda(), visitors: new Visitors(random) };
    this.#lives = new ExperimentLives(this.#world);
    this.#survey = services.surveys.create(owner);
    this.#world.agenda.add(PLAN_CHANGE_STEP, () => this.#changePlan());
  }

  /** Does the next thing. Rejects when its event was not taken. */
  async step(): Promise<void> {
    this.#step += 1;
    await this.#next();
  }

  #next(): Promise<unknown> {
    const metered = this.#countVisitors();
    if (metered !== undefined) return metered;
    for (let act = this.#due(); act !== undefined; act = this.#due()) {
      const done = act(this.#step);
      if (done !== undefined) return done;
    }
    this.#uncounted += 1;
    const { random, visitors } = this.#world;
    const visited = random.chance(SURVEY_SHARE) ? undefined : this.#lives.visit(visitors.next(), this.#step);
    return visited ?? this.#answerSurvey(visitors);
  }

  #due() {
    return this.#world.agenda.takeDue(this.#step);
  }

  #countVisitors(): Promise<void> | undefined {
    const { usage, owner } = this.#world;
    const isReaching = usage.wouldReachLimit(owner.tenantId, 'visitors', this.#uncounted);
    const counted = usage.count(owner, 'visitors', this.#uncounted);
    this.#uncounted = 0;
    return isReaching ? counted : void counted;
  }

  /** By a visitor of late who has not answered yet, or else a new one. */
  #answerSurvey(visitors: Visitors): Promise<void> {
    const { random, surveys } = this.#world;
    const { anonymousId } = visitors.lately((id) => !surveys.hasAnswered(this.#survey.id, id));
    const score = random.weighted(SCORE_SHARES) + 1;
    const mood = score <= 3 ? 'low' : score <= 5 ? 'middle' : 'high';
    const comment = random.chance(COMMENT_SHARE) ? random.pick(COMMENTS[mood]) : undefined;
    const assignments = this.#lives.assignmentsOf(anonymousId);
    return surveys.answer(this.#survey.id, {
      anonymousId,
      url: `${SHOP_URL}/thanks`,
      score,
      comment,
      assignments,
    });
  }

  #changePlan(): Promise<void> {
    const { agenda, billing, owner } = this.#world;
    agenda.add(this.#step + STEPS_BETWEEN_PLAN_CHANGES, () => this.#changePlan());
    return billing.changePlan(owner, billing.planOf(owner.tenantId) === 'growth' ? 'business' : 'growth');
  }
}
