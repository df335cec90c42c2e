import { linkToEvents, type Links } from './links.ts';
import { finishNotice, toNotice, type Notice } from './notice.ts';
import { MAX_FACTS } from './notices/wording.ts';
import { textOf, type EventBody } from './read-body.ts';
import { saySpan } from './say.ts';
import { Tally } from './tally.ts';

const MAX_QUOTES = 3;

/** Several events of a project, at least one, as one notice: counts, sums, the first few comments. */
export function toGroupNotice(events: readonly [EventBody, ...EventBody[]], links: Links): Notice {
  const [first] = events;
  if (events.length === 1) return toNotice(first, links);
  const tally = new Tally();
  for (const event of events) tally.add(event);
  const times = events.map(({ createdAt }) => createdAt).toSorted();
  const when = saySpan(times.at(0) ?? '', times.at(-1) ?? '');
  const quotes = events.map(({ data }) => textOf(data, 'comment')).filter((comment) => comment !== '');
  return finishNotice(
    { title: tally.title, facts: tally.lines(MAX_FACTS), quotes: quotes.slice(0, MAX_QUOTES) },
    { link: linkToEvents(links, first), when },
  );
}
