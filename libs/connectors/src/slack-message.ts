import type { Notice } from './notice.ts';
import { cut } from './say.ts';

/** A message as Slack's incoming webhooks and `chat.postMessage` take it. */
export interface SlackMessage {
  /** What notifications and screen readers say. */
  text: string;
  blocks: object[];
  unfurl_links: false;
  unfurl_media: false;
}

// Slack's own limits, below which it answers `invalid_blocks`.
const MAX_HEADER = 150;
const MAX_TEXT = 3_000;
const MAX_FIELD = 2_000;
const FIELDS_A_SECTION = 10;

/**
 * A notice in Block Kit. Whatever comes from outside is `plain_text`, in which Slack reads no links, mentions or
 * formatting; only the link, made of ids, is mrkdwn.
 */
export function toSlackMessage(notice: Notice): SlackMessage {
  const { title, facts, quotes, link, when } = notice;
  const fields = facts.map(({ label, value }) => plain(`${label}\n${value}`, MAX_FIELD));
  const blocks = [
    { type: 'header', text: plain(title, MAX_HEADER) },
    ...(fields.length > 0 ? [{ type: 'section', fields: fields.slice(0, FIELDS_A_SECTION) }] : []),
    ...quotes.map((quote) => ({ type: 'section', text: plain(`“${quote}”`, MAX_TEXT) })),
    {
      type: 'context',
      elements: [
        { type: 'mrkdwn', text: `<${link.url}|${escapeMrkdwn(link.text)}>`, verbatim: true },
        plain(when, MAX_FIELD),
      ],
    },
  ];
  return { text: cut(escapeMrkdwn(title), MAX_TEXT), blocks, unfurl_links: false, unfurl_media: false };
}

/** The three characters by which mrkdwn knows links, mentions and entities. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

// Without emoji codes either: `:x:` in a comment stays what was written.
const plain = (text: string, max: number) => ({ type: 'plain_text', text: cut(text, max), emoji: false });
