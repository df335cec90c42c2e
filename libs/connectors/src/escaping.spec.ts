import { EVENT_CATALOGUE } from '#events';
import { describe, expect, it } from 'vitest';
import { areBlocksValid } from '../../../test/harness/check-blocks.ts';
import { sampleBody } from '../fixtures/sample-body.ts';
import { toEmailText } from './email-message.ts';
import { toGroupNotice } from './group-notice.ts';
import { toNotice, type Notice } from './notice.ts';
import type { EventBody } from './read-body.ts';
import { toSlackMessage } from './slack-message.ts';

const LINKS = { publicUrl: 'https://hub.example.com' };
const FOOTER = { reason: 'You get this.', unsubscribeUrl: 'https://hub.example.com/v1/unsubscribe/x' };
const RUNS = 40;
/** What text is made of that wants to be more than text. */
const PIECES = [
  ...['<', '>', '&', '|', '!', '@', '#', '*', '_', '~', '`', '"', "'", '=', '/', '\\', ' ', 'a'],
  ...['&lt;', '&amp;lt;', '&#60;', '<!channel>', '<!here|x>', '<@U012345>', '<https://evil.example|ok>'],
  ...['<script>', '</td>', '<!--', ']]>', '<%= it %>', '<%~ it.title %>', '{{x}}', 'javascript:alert(1)'],
  ...['\r\nBcc: eve@example.com', '\n', '\r', '\t', '\0', '\u2028', '\u202E', '\u2066', '😀', '\uD83D'],
];

/** The same texts in each run, so that a failure can be seen again. */
function createChance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function hostileText(chance: (below: number) => number): string {
  return Array.from({ length: 1 + chance(30) }, () => PIECES[chance(PIECES.length)]).join('');
}

/** The event with every text of its data, also those inside lists, made by `write`. */
function withTexts(event: EventBody, write: () => string): EventBody {
  const rewrite = (value: unknown): unknown => {
    if (typeof value === 'string') return write();
    if (Array.isArray(value)) return value.map(rewrite);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, rewrite(each)]));
  };
  return { ...event, data: rewrite(event.data) as EventBody['data'] };
}

/** Notices of an event, and of several of it, whose texts are hostile; and the same of plain texts. */
function noticesOf(type: string): { hostile: Notice; plain: Notice }[] {
  const chance = createChance(type.length * 7_919);
  return Array.from({ length: RUNS }, (_, run) => {
    const text = `x${hostileText(chance)}`;
    const make = (write: () => string) => {
      const event = withTexts(sampleBody(type), write);
      return run % 2 === 0 ? toNotice(event, LINKS) : toGroupNotice([event, event], LINKS);
    };
    return { hostile: make(() => text), plain: make(() => 'x') };
  });
}

const TYPES = EVENT_CATALOGUE.map(({ type }) => type);

describe.each(TYPES)('whatever stands in %s', (type) => {
  it('adds no markup to a Slack message', () => {
    for (const { hostile, plain } of noticesOf(type)) {
      const { blocks, text } = toSlackMessage(hostile);
      expect(markedIn(blocks)).toEqual(markedIn(toSlackMessage(plain).blocks));
      expect(areBlocksValid(blocks)).toBe(true);
      expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(unescaped(text)).toBe(hostile.title);
    }
  });

  it('adds no element or attribute to an e-mail, no header, and no line to its subject', () => {
    for (const { hostile, plain } of noticesOf(type)) {
      const { html, subject } = toEmailText(hostile, FOOTER);
      expect(tagsIn(html)).toEqual(tagsIn(toEmailText(plain, FOOTER).html));
      expect(subject).not.toMatch(/[\r\n\0\u2028\u202E\u2066]/);
    }
  });
});

/** Every text of a message that Slack reads as markup. */
function markedIn(blocks: readonly object[]): string[] {
  const marked: string[] = [];
  JSON.stringify(blocks, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'type' in value && value.type === 'mrkdwn')
      marked.push(String((value as { text?: unknown }).text));
    return value;
  });
  return marked;
}

const tagsIn = (html: string) => html.match(/<[^>]*>/g);

const unescaped = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
