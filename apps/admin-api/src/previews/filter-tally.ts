import { eventOfBody, Filter, FilterExplainer, type Explanation, type FilteredEvent } from '#filters';
import type { PastEvent } from './past-event.store.ts';

/** A past event with what a filter says of it. */
export interface JudgedEvent extends Pick<Explanation, 'problem' | 'clauses'> {
  id: string;
  type: string;
  acceptedAt: Date;
}

const SHOWN = 5;
/** Of so many that did not match, the newest, the nearest are looked for. */
const COMPARED = 1_000;

/** Counts what a filter says of past events, and keeps the newest that match and those that nearly did. */
export class FilterTally {
  scanned = 0;
  matched = 0;
  /** How many had no answer, which counts as not matching. */
  failed = 0;
  readonly matches: JudgedEvent[] = [];
  /** Those that did not match by the fewest clauses, the newest of them first. */
  nearMisses: JudgedEvent[] = [];
  readonly #filter: Filter;
  readonly #explainer: FilterExplainer;

  constructor(expression: string) {
    this.#filter = new Filter(expression);
    this.#explainer = new FilterExplainer(expression);
  }

  add(past: PastEvent): void {
    const event = eventOfBody(past.body);
    const { kind } = this.#filter.judge(event);
    this.scanned += 1;
    if (kind === 'failed') this.failed += 1;
    if (kind === 'matched') this.#addMatch(past, event);
    else if (this.scanned - this.matched <= COMPARED) this.#addMiss(past, event);
  }

  #addMatch(past: PastEvent, event: FilteredEvent): void {
    this.matched += 1;
    if (this.matches.length < SHOWN) this.matches.push(this.#explain(past, event));
  }

  #addMiss(past: PastEvent, event: FilteredEvent): void {
    const misses = [...this.nearMisses, this.#explain(past, event)];
    this.nearMisses = misses.toSorted((a, b) => a.clauses.length - b.clauses.length).slice(0, SHOWN);
  }

  #explain({ id, type, acceptedAt }: PastEvent, event: FilteredEvent): JudgedEvent {
    const { problem, clauses } = this.#explainer.explain(event);
    return { id, type, acceptedAt, problem, clauses };
  }
}
