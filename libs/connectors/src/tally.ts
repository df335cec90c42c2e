import { isEventType, type EventType } from '#events';
import { numberOf, textOf, type EventBody, type EventData } from './read-body.ts';
import { sayCount, sayMoney } from './say.ts';

/** Subjects and currencies that are told apart; the rest is summed up as one. */
const MAX_SUBJECTS = 200;
const MAX_CURRENCIES = 5;
const OTHERS = 'Others';

type Words = readonly [one: string, many: string];

const WORDS: Readonly<Record<EventType, Words>> = {
  'experiment.created': ['created', 'created'],
  'experiment.started': ['started', 'started'],
  'experiment.paused': ['paused', 'paused'],
  'experiment.finished': ['finished', 'finished'],
  'experiment.published': ['published', 'published'],
  'experiment.winner_detected': ['winner found', 'winners found'],
  'experiment.exposure': ['exposure', 'exposures'],
  'experiment.conversion': ['conversion', 'conversions'],
  'ces.response_created': ['answer', 'answers'],
  'feature_flag.created': ['created', 'created'],
  'feature_flag.updated': ['updated', 'updated'],
  'feature_flag.exposed': ['exposure', 'exposures'],
  'usage.limit_reached': ['limit reached', 'limits reached'],
  'billing.plan_changed': ['plan changed', 'plan changed'],
  'webhook.test': ['test', 'tests'],
  'webhook.failing': ['failing', 'failing'],
  'webhook.disabled': ['disabled', 'disabled'],
  'webhook.recovered': ['works again', 'works again'],
  'delivery.exhausted': ['delivery failed', 'deliveries failed'],
};

interface Sum {
  counts: Map<string, number>;
  /** By currency. */
  revenue: Map<string, number>;
  scores: { count: number; total: number; scaleMax: string };
}

/** Counts events by what they speak of, in as little memory however many they are. Holds no words of visitors. */
export class Tally {
  #events = 0;
  readonly #sums = new Map<string, Sum>();

  add({ type, data }: EventBody): void {
    this.#events += 1;
    const sum = this.#sumOf(subjectOf(data));
    sum.counts.set(type, (sum.counts.get(type) ?? 0) + 1);
    addRevenue(sum, data);
    addScore(sum, data);
  }

  get events(): number {
    return this.#events;
  }

  /** `24 conversions: checkout-button`, or as much of it as is the same for all. */
  get title(): string {
    const [only, ...others] = this.#sums;
    if (only === undefined || others.length > 0) return sayMany(this.#events, ['event', 'events']);
    const [subject, { counts }] = only;
    const [type, ...types] = counts.keys();
    const words = type === undefined || types.length > 0 ? EVENTS : wordsOf(type);
    return `${sayMany(this.#events, words)}: ${subject}`;
  }

  /** What happened to each subject, the busiest first; those beyond `max` are one line together. */
  lines(max: number): (readonly [label: string, value: string])[] {
    const sums = [...this.#sums].filter(([subject]) => subject !== OTHERS);
    const busiest = sums.toSorted(([, a], [, b]) => countOf(b) - countOf(a));
    const shown = busiest.length === this.#sums.size && busiest.length <= max ? max : max - 1;
    const lines = busiest.slice(0, shown).map(([subject, sum]) => [subject, saySum(sum)] as const);
    const told = busiest.slice(0, shown).reduce((total, [, sum]) => total + countOf(sum), 0);
    return told === this.#events ? lines : [...lines, [OTHERS, sayMany(this.#events - told, EVENTS)]];
  }

  #sumOf(subject: string): Sum {
    const key = this.#sums.has(subject) || this.#sums.size < MAX_SUBJECTS ? subject : OTHERS;
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const scores = { count: 0, total: 0, scaleMax: '' };
    const sum: Sum = { counts: new Map(), revenue: new Map(), scores };
    this.#sums.set(key, sum);
    return sum;
  }
}

const EVENTS: Words = ['event', 'events'];
const NAMES = ['experimentKey', 'flagKey', 'name', 'experimentId', 'flagId'] as const;

/** What an event speaks of, as people call it. */
function subjectOf(data: EventData): string {
  if (textOf(data, 'surveyId') !== '') return 'Effort score';
  return NAMES.map((name) => textOf(data, name)).find((text) => text !== '') ?? 'Account';
}

function addRevenue({ revenue }: Sum, data: EventData): void {
  const amount = numberOf(data, 'revenue');
  if (amount === undefined) return;
  const currency = textOf(data, 'currency');
  if (revenue.has(currency) || revenue.size < MAX_CURRENCIES)
    revenue.set(currency, (revenue.get(currency) ?? 0) + amount);
}

function addScore({ scores }: Sum, data: EventData): void {
  const score = numberOf(data, 'score');
  if (score === undefined) return;
  scores.count += 1;
  scores.total += score;
  scores.scaleMax = textOf(data, 'scaleMax');
}

function countOf({ counts }: Sum): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** `started · 1,204 exposures · 31 conversions · 590.10 EUR` */
function saySum({ counts, revenue, scores }: Sum): string {
  const parts = [...counts].map(([type, count]) => sayCounted(type, count));
  const money = [...revenue].map(([currency, amount]) => sayMoney(amount, currency));
  const average = (scores.total / scores.count).toFixed(1);
  const score = scores.count === 0 ? [] : [`${average} of ${scores.scaleMax} on average`];
  return [...parts, ...money, ...score].join(' · ');
}

/** What is a state rather than a thing, such as `started`, is not counted when it happened once. */
function sayCounted(type: string, count: number): string {
  const [one, many] = wordsOf(type);
  if (one !== many) return sayMany(count, [one, many]);
  return count === 1 ? one : `${one} ${sayCount(count)} times`;
}

const sayMany = (count: number, [one, many]: Words) => `${sayCount(count)} ${count === 1 ? one : many}`;

const wordsOf = (type: string): Words => (isEventType(type) ? WORDS[type] : [type, type]);
