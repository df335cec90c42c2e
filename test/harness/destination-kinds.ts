import { expect } from 'vitest';
import { randomBytes } from 'node:crypto';
import type { Receiver } from './receiver.ts';
import { slackError, type SlackServer } from './slack-server.ts';
import type { TestSmtpServer } from './smtp-server.ts';

/** What the other side of a destination does with what it is sent. */
export type Manner = 'takes' | 'fails' | 'refuses for good' | 'is busy' | 'is silent';

/** The servers outside the hub, one a kind of destination. */
export interface Outside {
  receiver: Receiver;
  slack: SlackServer;
  smtp: TestSmtpServer;
}

/** One destination's other side: a path of a receiver, a channel, a mailbox. */
export interface Place {
  /** What `POST /v1/projects/…/destinations`, or `/webhooks`, is told to lead there. */
  settings: object;
  /** A text that nobody may ever see. */
  secret: string | undefined;
  behave: (manner: Manner) => void;
  /** When each message was tried, refused ones too. */
  tries: () => number;
  /** Event ids of what was taken. */
  taken: () => string[];
  /** What was taken, as text. */
  messages: () => string[];
}

/** What a kind of destination needs to be tried like the others. */
export interface DestinationKind {
  kind: 'webhook' | 'slack' | 'email';
  path: '/webhooks' | '/destinations';
  /** What the delivery log says when all is well. */
  status: number;
  /** How it refuses a message for good: the error's class, and whether the destination is disabled at once. */
  refusal: { lastError: string | null; lastStatus: number; disables: boolean };
  /** How long `is busy` asks to be left alone, ms. */
  busyMs: number;
  /** How an attempt without an answer is told. */
  silence: { outcome: string; errorClass: string };
  place: (outside: Outside) => Place;
}

const BUSY_SECONDS = 1;
const unique = (prefix: string) => `${prefix}${randomBytes(6).toString('hex')}`;

const webhook: DestinationKind = {
  kind: 'webhook',
  path: '/webhooks',
  status: 200,
  refusal: { lastError: null, lastStatus: 410, disables: true },
  busyMs: BUSY_SECONDS * 1_000,
  silence: { outcome: 'unreachable', errorClass: 'timeout' },
  place: ({ receiver }) => {
    const path = `/${unique('hook')}`;
    const answers = {
      takes: 200,
      fails: 500,
      'refuses for good': 410,
      'is busy': 429,
      'is silent': undefined,
    } as const;
    const taken: string[] = [];
    const behave = (manner: Manner) => {
      const status = answers[manner];
      receiver.on(path, (response, { eventId }) => {
        if (status === 200) taken.push(eventId);
        if (status === undefined) return;
        if (status === 429) response.setHeader('retry-after', BUSY_SECONDS);
        response.writeHead(status).end('answered');
      });
    };
    behave('takes');
    return {
      settings: { url: receiver.url(path) },
      secret: undefined,
      behave,
      tries: () => receiver.receipts(path).length,
      taken: () => taken,
      messages: () => receiver.receipts(path).map(({ body }) => body.toString()),
    };
  },
};

const slack: DestinationKind = {
  kind: 'slack',
  path: '/destinations',
  status: 200,
  refusal: { lastError: 'invalid_blocks', lastStatus: 400, disables: false },
  busyMs: BUSY_SECONDS * 1_000,
  silence: { outcome: 'unreachable', errorClass: 'timeout' },
  place: (outside) => {
    // The last part of an incoming webhook's URL is its password.
    const channel = unique('PASSWORD');
    const troubles = {
      takes: undefined,
      fails: slackError(404, 'no_service'),
      'refuses for good': slackError(400, 'invalid_blocks'),
      'is busy': slackError(429, 'rate_limited', { 'retry-after': String(BUSY_SECONDS) }),
      'is silent': () => undefined,
    };
    return {
      settings: { kind: 'slack', rateLimit: null, webhookUrl: outside.slack.webhookUrl(channel) },
      secret: channel,
      behave: (manner) => outside.slack.on(channel, troubles[manner]),
      tries: () => outside.slack.requests(channel),
      taken: () =>
        outside.slack
          .posts(channel)
          .flatMap(({ blocks }) => /\/events\/([0-9a-f-]{36})\|/.exec(JSON.stringify(blocks))?.[1] ?? []),
      messages: () => outside.slack.posts(channel).map(({ blocks }) => JSON.stringify(blocks)),
    };
  },
};

const email: DestinationKind = {
  kind: 'email',
  path: '/destinations',
  status: 250,
  refusal: { lastError: 'mail_refused', lastStatus: 550, disables: false },
  // SMTP has no Retry-After: the next delay of the ladder.
  busyMs: 0,
  silence: { outcome: 'interrupted', errorClass: 'mail_unanswered' },
  place: ({ smtp }) => {
    const recipient = `${unique('mira')}@example.com`;
    const mails = () => smtp.mails.filter(({ to }) => to.includes(recipient)).map(({ text }) => text);
    const troubles = {
      takes: undefined,
      fails: 550,
      'refuses for good': 550,
      'is busy': 450,
      'is silent': 'silent',
    } as const;
    return {
      settings: { kind: 'email', recipients: [recipient] },
      secret: undefined,
      behave: (manner) => smtp.on(recipient, troubles[manner]),
      tries: () => smtp.tries(recipient),
      taken: () => mails().flatMap((text) => /^X-Ttoolab-Event-Id: ([0-9a-f-]{36})/im.exec(text)?.[1] ?? []),
      messages: mails,
    };
  },
};

/** Every kind of destination that there is. */
export const DESTINATION_KINDS: readonly DestinationKind[] = [webhook, slack, email];

/** The text of everything, for a secret to be looked for. */
export function expectHidden(secret: string, ...shown: unknown[]): void {
  for (const each of shown) expect(JSON.stringify(each)).not.toContain(secret);
}
