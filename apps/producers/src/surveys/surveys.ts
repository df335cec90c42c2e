import type { Assignment } from '#events';
import { Injectable } from '@nestjs/common';
import { Refusal } from '../refusal.ts';
import { Sdk, type Owner } from '../sdk.ts';

/** A customer effort score survey: one question, answered by a whole number of its scale. */
export interface Survey {
  id: string;
  owner: Owner;
  scaleMin: number;
  scaleMax: number;
}

/** One visitor's answer. `assignments` are the experiments that the visitor takes part in. */
export interface Answer {
  anonymousId: string;
  url: string;
  score: number;
  comment?: string;
  assignments?: Assignment[];
}

/** Visitors remembered a survey; the oldest is forgotten first. */
const MAX_VISITORS = 10_000;

/** CES surveys and their answers: one a visitor. */
@Injectable()
export class Surveys {
  readonly #byId = new Map<string, { survey: Survey; answered: Set<string> }>();

  constructor(private readonly sdk: Sdk) {}

  create(owner: Owner, scaleMin = 1, scaleMax = 7): Survey {
    if (scaleMin >= scaleMax) throw new Refusal(`a scale from ${scaleMin} to ${scaleMax} has no choice`);
    const survey = { id: this.sdk.newId(), owner, scaleMin, scaleMax };
    this.#byId.set(survey.id, { survey, answered: new Set() });
    return survey;
  }

  async answer(surveyId: string, answer: Answer): Promise<void> {
    const { survey, answered } = this.#get(surveyId);
    const { scaleMin, scaleMax, owner } = survey;
    const { anonymousId, url, score, comment = null, assignments = [] } = answer;
    if (!Number.isInteger(score) || score < scaleMin || score > scaleMax) {
      throw new Refusal(`the score must be a whole number from ${scaleMin} to ${scaleMax}, not ${score}`);
    }
    if (answered.has(anonymousId)) throw new Refusal(`visitor ${anonymousId} has answered already`);
    if (answered.size >= MAX_VISITORS) answered.delete([...answered.keys().take(1)].join());
    answered.add(anonymousId);
    try {
      await this.sdk.publish('ces.response_created', owner, {
        ...{ surveyId, responseId: this.sdk.newId(), score, scaleMin, scaleMax, comment },
        ...{ anonymousId, url, submittedAt: this.sdk.now(), assignments },
      });
    } catch (error) {
      answered.delete(anonymousId);
      throw error;
    }
  }

  hasAnswered(surveyId: string, anonymousId: string): boolean {
    return this.#get(surveyId).answered.has(anonymousId);
  }

  #get(surveyId: string) {
    const found = this.#byId.get(surveyId);
    if (found === undefined) throw new Refusal(`there is no survey ${surveyId}`);
    return found;
  }
}
