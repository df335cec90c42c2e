import { v5 } from 'uuid';
import { isNewsType, type Delivery, type Destination, type Events, type FailedAttempt } from '#events';
import type { Exchange, Sent } from './channel.ts';
import type { Next } from './decide-next.ts';

/** An event that tells of deliveries, with its record's name. */
export type NewsRecord = {
  [N in NewsName]: { name: N; value: Events[N] };
}[NewsName];

type NewsName =
  | 'hub.events.WebhookFailing'
  | 'hub.events.WebhookDisabled'
  | 'hub.events.WebhookRecovered'
  | 'hub.events.DeliveryExhausted';

/** What an attempt changed about its lane, and what was known before. */
export interface Turn {
  delivery: Delivery;
  destination: Destination;
  sent: Sent;
  next: Next;
  failuresBefore: number;
  failuresAfter: number;
  /** Set when this attempt disables the destination. */
  disabledReason: string | null;
  /** The destination was disabled for its failures, and this is the first success since. */
  isComingBack: boolean;
  /** The latest first. */
  lastAttempts: readonly FailedAttempt[];
  nowMs: number;
}

/** From this many failures in a row on, a destination is said to fail. */
export const FAILING_FROM = 5;
/** What of a lane's last failures is told. */
const MAX_LAST_ATTEMPTS = 3;
const MAX_ANSWER = 200;

/** What there is to tell after an attempt: only at the moment of a change, so that nothing is told twice. */
export function toNews(turn: Turn): NewsRecord[] {
  const { sent, failuresBefore, failuresAfter, disabledReason } = turn;
  const news: NewsRecord[] = [];
  if (failuresBefore < FAILING_FROM && failuresAfter >= FAILING_FROM) news.push(failing(turn));
  if (disabledReason !== null) news.push(disabled(turn, disabledReason));
  const isBack = turn.isComingBack || failuresBefore >= FAILING_FROM;
  if (sent.outcome.kind === 'delivered' && isBack) news.push(recovered(turn));
  if (isExhausted(turn)) news.push(exhausted(turn));
  return news;
}

/** The failures of a lane with one more, the latest first. */
export function withFailure(known: readonly FailedAttempt[], { outcome, exchange }: Sent): FailedAttempt[] {
  if (outcome.kind !== 'rejected' && outcome.kind !== 'unreachable') return [...known];
  const { startedAtMs, status, errorClass } = exchange;
  const failure = { at: startedAtMs, status, error: errorClass, answer: answerOf(exchange) };
  return [failure, ...known].slice(0, MAX_LAST_ATTEMPTS);
}

/** A delivery of news that fails is no news itself: that would never end. */
function isExhausted({ next, delivery }: Turn): boolean {
  return next.kind === 'dead' && next.reason !== 'gone' && !isNewsType(delivery.eventType);
}

function failing(turn: Turn): NewsRecord {
  const { failuresAfter: consecutiveFailures, sent } = turn;
  const data = { ...about(turn.destination), consecutiveFailures, ...lastOf(sent) };
  return { name: 'hub.events.WebhookFailing', value: { ...envelope(turn, 'webhook.failing'), data } };
}

function disabled(turn: Turn, reason: string): NewsRecord {
  const { failuresAfter: consecutiveFailures, lastAttempts } = turn;
  const data = { ...about(turn.destination), reason, consecutiveFailures, lastAttempts: [...lastAttempts] };
  return { name: 'hub.events.WebhookDisabled', value: { ...envelope(turn, 'webhook.disabled'), data } };
}

function recovered(turn: Turn): NewsRecord {
  const data = { ...about(turn.destination), failuresBefore: turn.failuresBefore };
  return { name: 'hub.events.WebhookRecovered', value: { ...envelope(turn, 'webhook.recovered'), data } };
}

function exhausted(turn: Turn): NewsRecord {
  const { id: deliveryId, eventId, eventType, attempt: attempts } = turn.delivery;
  const data = { ...about(turn.destination), deliveryId, eventId, eventType, attempts, ...lastOf(turn.sent) };
  return { name: 'hub.events.DeliveryExhausted', value: { ...envelope(turn, 'delivery.exhausted'), data } };
}

/** The same attempt always gives the same id: made again after a crash, the news is delivered once. */
function envelope({ delivery, nowMs }: Turn, type: string) {
  const { id, attempt, tenantId, projectId, destinationId } = delivery;
  return { id: v5(`${type}:${id}:${attempt}`, destinationId), tenantId, projectId, createdAt: nowMs };
}

const about = ({ id: destinationId, kind, name }: Destination) => ({ destinationId, kind, name });

const lastOf = ({ exchange: { status: lastStatus, errorClass: lastError } }: Sent) => ({
  lastStatus,
  lastError,
});

/** Null for what is no text: control characters, broken UTF-8. */
function answerOf({ responseBody }: Exchange): string | null {
  const text = responseBody
    .subarray(0, MAX_ANSWER)
    .toString('utf8')
    .replace(/\uFFFD$/, '')
    .trim();
  return text === '' || /[\uFFFD\0]/.test(text) ? null : text;
}
