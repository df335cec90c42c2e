import { isEventType, type EventType } from '#events';
import { writeAccount } from './notices/account.ts';
import { writeExperiment } from './notices/experiments.ts';
import { writeFlag } from './notices/flags.ts';
import { MAX_FACTS, type Wording } from './notices/wording.ts';
import { writeNews } from './notices/news.ts';
import { writeVisit } from './notices/visits.ts';
import { DIGEST_TYPE, writeDigest } from './digest.ts';
import { linkOf, linkToEvents, type Links } from './links.ts';
import { textOf, type EventBody, type EventData } from './read-body.ts';
import { cut, oneLine, saySpan, sayTime } from './say.ts';

/** What a person reads of an event, or of several: the same for Slack and for e-mail. Plain text throughout. */
export interface Notice {
  title: string;
  facts: readonly Fact[];
  /** Words of a visitor. */
  quotes: readonly string[];
  /** Where to read on. */
  link: { text: string; url: string };
  /** When it happened, in words. */
  when: string;
}

/** One line of a notice. */
export interface Fact {
  label: string;
  value: string;
}

const MAX_TITLE = 140;
const MAX_VALUE = 500;
const MAX_QUOTE = 1_000;

const WRITERS: Readonly<Record<EventType, (data: EventData, type: string) => Wording>> = {
  'experiment.created': writeExperiment,
  'experiment.started': writeExperiment,
  'experiment.paused': writeExperiment,
  'experiment.finished': writeExperiment,
  'experiment.published': writeExperiment,
  'experiment.winner_detected': writeExperiment,
  'experiment.exposure': writeVisit,
  'experiment.conversion': writeVisit,
  'ces.response_created': writeVisit,
  'feature_flag.created': writeFlag,
  'feature_flag.updated': writeFlag,
  'feature_flag.exposed': writeFlag,
  'usage.limit_reached': writeAccount,
  'billing.plan_changed': writeAccount,
  'webhook.test': writeAccount,
  'webhook.failing': writeNews,
  'webhook.disabled': writeNews,
  'webhook.recovered': writeNews,
  'delivery.exhausted': writeNews,
};

/** The notice of one event. A type that this version does not know is told by its name. */
export function toNotice(event: EventBody, links: Links): Notice {
  if (event.type === DIGEST_TYPE)
    return finishNotice(writeDigest(event), {
      link: linkToEvents(links, event),
      when: saySpan(textOf(event.data, 'since'), textOf(event.data, 'until')),
    });
  const wording = isEventType(event.type)
    ? WRITERS[event.type](event.data, event.type)
    : { title: event.type, facts: [] };
  return finishNotice(wording, { link: linkOf(links, event), when: sayTime(event.createdAt) });
}

/** Bounds and cleans the words of a notice, and leaves out what has nothing to say. */
export function finishNotice(wording: Wording, rest: Pick<Notice, 'link' | 'when'>): Notice {
  const { title, facts, quotes = [] } = wording;
  return {
    ...rest,
    title: cut(oneLine(title), MAX_TITLE),
    facts: facts
      .map(([label, value]) => ({ label, value: cut(oneLine(value), MAX_VALUE) }))
      .filter(({ value }) => value !== '')
      .slice(0, MAX_FACTS),
    quotes: quotes.map((quote) => cut(oneLine(quote), MAX_QUOTE)).filter((quote) => quote !== ''),
  };
}
