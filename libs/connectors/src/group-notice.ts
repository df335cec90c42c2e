import type { Links } from './links.ts';
import { finishNotice, toNotice, MAX_FACTS, type Notice } from './notice.ts';
import { textOf, type EventBody } from './read-body.ts';
import { sayTime } from './say.ts';
import { Tally } from './tally.ts';

const MAX_QUOTES = 3;

/** Several events of a project, at least one, as one notice: counts, sums, the first few comments. */
export function toGroupNotice(events: readonly [EventBody, ...EventBody[]], links: Links): Notice {
  const [first] = events;
  if (events.length === 1) return toNotice(first, links);
  const tally = new Tally();
  for (const event of events) tally.add(event);
  const quotes = events.map(({ data }) => textOf(data, 'comment')).filter((comment) => comment !== '');
  return finishNotice(
    { title: tally.title, facts: tally.lines(MAX_FACTS), quotes: quotes.slice(0, MAX_QUOTES) },
    { link: linkToEvents(links, first), when: saySpan(events) },
  );
}

/** The list of a project's events. */
export function linkToEvents(
  { publicUrl }: Links,
  { projectId }: Pick<EventBody, 'projectId'>,
): { text: string; url: string } {
  return { text: 'Open the events', url: `${publicUrl}/projects/${projectId}/events` };
}

/** From when to when they happened; one time when that is the same minute. */
function saySpan(events: readonly EventBody[]): string {
  const times = events.map(({ createdAt }) => createdAt).toSorted();
  const [from, to] = [times.at(0), times.at(-1)].map((time) => sayTime(time ?? ''));
  return from === to ? `${from}` : `${from} to ${to}`;
}
