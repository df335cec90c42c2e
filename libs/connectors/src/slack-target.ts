import type { Digested } from './digest.ts';

/** Where a Slack destination posts. */
export type SlackTarget =
  { kind: 'incoming_webhook'; webhookUrl: string } | { kind: 'bot'; botToken: string; channel: string };

/** What of a Slack destination is no secret. */
export interface SlackSettings extends Digested {
  /** Set for a bot; an incoming webhook has its channel built in. */
  channel?: string;
}

/** The rules that the settings of a Slack destination can break, each with the sentence to show. */
export const SLACK_RULES = {
  host: 'must be an incoming-webhook URL of Slack: https://hooks.slack.com/services/…',
  form: 'must be the whole URL that Slack shows: …/services/T…/B…/…',
  token: 'must be a bot token of Slack: xoxb-…',
  channel: 'must be a channel id such as C0123456789, or a name such as #experiments',
} as const;

const SLACK_HOOKS = 'https://hooks.slack.com';

/** The rule that an incoming-webhook URL breaks, or null. @param apiUrl SLACK_API_URL, whose host is allowed too */
export function checkSlackUrl(text: string, apiUrl: string): keyof typeof SLACK_RULES | null {
  if (!URL.canParse(text)) return 'host';
  const { origin, pathname, username, search, hash } = new URL(text);
  if (username !== '' || (origin !== SLACK_HOOKS && origin !== new URL(apiUrl).origin)) return 'host';
  const isWhole = /^\/services\/[A-Za-z0-9]+\/[A-Za-z0-9]+\/[A-Za-z0-9]+$/.test(pathname);
  return isWhole && search === '' && hash === '' ? null : 'form';
}

/** Whether a text can be a bot token. */
export function isBotToken(text: string): boolean {
  return /^xoxb-[A-Za-z0-9-]{10,200}$/.test(text);
}

/** Whether a text can name a channel. */
export function isChannel(text: string): boolean {
  return /^([CGD][A-Z0-9]{8,20}|#[\p{L}\p{N}._-]{1,80})$/u.test(text);
}

/** Where it posts, fit to be shown: the last part of an incoming webhook's URL is a password. */
export function slackAddress(target: SlackTarget): string {
  if (target.kind === 'bot') return target.channel;
  const { origin, pathname } = new URL(target.webhookUrl);
  return `${origin}${pathname.replace(/[^/]+$/, '…')}`;
}

/** The target of a destination, from its decrypted secret and its settings. */
export function slackTarget(secret: string, { channel }: SlackSettings): SlackTarget {
  return channel === undefined
    ? { kind: 'incoming_webhook', webhookUrl: secret }
    : { kind: 'bot', botToken: secret, channel };
}
