import { HubError } from '#errors';
import type { Exchange, Send, Sent } from '#delivery';
import type { Delivery, Destination } from '#events';
import type { Mail, Mailer } from '#mail';
import { decryptSecret, type MasterKeys } from '#webhooks';
import { messageIdOf, unsubscribeToken, type EmailSettings } from './email-target.ts';
import { toEmailText } from './email-message.ts';
import type { Links } from './links.ts';
import { describeRound, isSettled, toMailOutcome, type MailEnd } from './mail-round.ts';
import { toNotice, type Notice } from './notice.ts';
import { parseConfig } from './parse-config.ts';
import { readBody } from './read-body.ts';

/** What sending e-mails needs. */
export interface SendEmailOptions {
  mailer: Pick<Mailer, 'send'>;
  masterKeys: MasterKeys;
  links: Links;
  timeoutMs: number;
  now: () => number;
}

/** Deliveries whose recipients are remembered between attempts; what is forgotten is sent again under the same id. */
const MAX_REMEMBERED = 5_000;

/**
 * Makes the sender of e-mails: one message a recipient, so that nobody sees the others and each can unsubscribe. Who
 * has the message, or never will, is left out of the next attempt.
 */
export function createSendEmail(options: SendEmailOptions): Send {
  const rounds = new Map<string, Map<string, MailEnd>>();
  return async (delivery, destination, signal) => {
    const startedAtMs = options.now();
    const recipients = parseConfig<EmailSettings>(destination).recipients ?? [];
    const secret = trySecret(destination, options.masterKeys);
    if (secret === undefined) return unreadable(destination.url, startedAtMs);
    const notice = toNotice(readBody(delivery.body), options.links);
    const round = rounds.get(delivery.id) ?? new Map<string, MailEnd>();
    const left = recipients.filter((recipient) => !isSettled(round.get(recipient)));
    const mails = left.map((to) => toMail({ to, notice, delivery, destination, secret }, options.links));
    const results = await Promise.all(
      mails.map((mail) => within(options.mailer.send(mail), options.timeoutMs, signal)),
    );
    left.forEach((recipient, index) => round.set(recipient, results[index] ?? UNANSWERED));
    rounds.delete(delivery.id);
    const ends = [...round.values()];
    if (ends.some((end) => isSettled(end)) && !ends.every((end) => isSettled(end)))
      remember(rounds, delivery.id, round);
    return toSent(round, { startedAtMs, destination, delivery, notice }, options.now());
  };
}

interface Letter {
  to: string;
  notice: Notice;
  delivery: Delivery;
  destination: Destination;
  secret: string;
}

function toMail({ to, notice, delivery, destination, secret }: Letter, { publicUrl }: Links): Mail {
  const token = unsubscribeToken({ destinationId: destination.id, recipient: to }, secret);
  const unsubscribeUrl = `${publicUrl}/v1/unsubscribe?token=${token}`;
  const reason = `You get this because ${to} is a recipient of “${destination.name}” in Ttoolab.`;
  return {
    to,
    ...toEmailText(notice, { reason, unsubscribeUrl }),
    messageId: messageIdOf(delivery.id, to, new URL(publicUrl).hostname),
    headers: {
      'List-Unsubscribe': `<${unsubscribeUrl}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Auto-Submitted': 'auto-generated',
      'X-Ttoolab-Event-Id': delivery.eventId,
    },
  };
}

const UNANSWERED: MailEnd = { kind: 'unanswered' };

/** SMTP knows no way to take a message back: what takes too long may arrive, and once more with the next attempt. */
function within(sending: Promise<MailEnd>, timeoutMs: number, signal: AbortSignal): Promise<MailEnd> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(UNANSWERED);
    const timer = setTimeout(giveUp, timeoutMs);
    signal.addEventListener('abort', giveUp, { once: true });
    void sending.then(resolve, giveUp).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    });
  });
}

function remember(rounds: Map<string, Map<string, MailEnd>>, id: string, round: Map<string, MailEnd>) {
  rounds.set(id, round);
  if (rounds.size > MAX_REMEMBERED) rounds.delete(rounds.keys().next().value as string);
}

/** A secret that can't be decrypted is the operator's fault: nothing is sent, and the delivery waits for the right key. */
function trySecret({ id, secret }: Destination, masterKeys: MasterKeys): string | undefined {
  try {
    return decryptSecret(secret, masterKeys, id);
  } catch (error) {
    if (error instanceof HubError && error.code === 'HUB_SECRET_UNREADABLE') return undefined;
    throw error;
  }
}

const NOTHING_SEEN = {
  durationMs: 0,
  status: null,
  requestHeaders: {},
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  isResponseTruncated: false,
};

function unreadable(url: string, startedAtMs: number): Sent {
  const exchange: Exchange = { ...NOTHING_SEEN, startedAtMs, url, errorClass: 'secret_unreadable' };
  return { outcome: { kind: 'interrupted', isFault: true, wasSent: false }, exchange, dropped: null };
}

interface Attempted {
  startedAtMs: number;
  destination: Destination;
  delivery: Delivery;
  notice: Notice;
}

function toSent(
  round: ReadonlyMap<string, MailEnd>,
  { startedAtMs, destination, delivery, notice }: Attempted,
  nowMs: number,
): Sent {
  const { outcome, status, errorClass } = toMailOutcome(round);
  const exchange: Exchange = {
    ...NOTHING_SEEN,
    startedAtMs,
    durationMs: Math.round(nowMs - startedAtMs),
    url: destination.url,
    status,
    errorClass,
    requestHeaders: { subject: notice.title, 'x-ttoolab-event-id': delivery.eventId },
    responseBody: Buffer.from(describeRound(round)),
  };
  return { outcome, exchange, dropped: null };
}
