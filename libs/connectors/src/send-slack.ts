import type { Exchange, Send, SendBatch, Sent } from '#delivery';
import type { Egress, EgressResult } from '#egress';
import { HubError } from '#errors';
import type { Destination } from '#events';
import { decryptSecret, type MasterKeys } from '#webhooks';
import type { Links } from './links.ts';
import { toGroupNotice } from './group-notice.ts';
import { toNotice, type Notice } from './notice.ts';
import { parseConfig } from './parse-config.ts';
import { readBody, type EventBody } from './read-body.ts';
import { readSlackAnswer } from './read-slack-answer.ts';
import { toSlackMessage, type SlackMessage } from './slack-message.ts';
import { slackTarget, type SlackSettings, type SlackTarget } from './slack-target.ts';

/** What sending to Slack needs. */
export interface SendSlackOptions {
  egress: Egress;
  masterKeys: MasterKeys;
  /** Base URL of Slack's Web API, without a slash at its end. */
  apiUrl: string;
  links: Links;
  timeoutMs: number;
  now: () => number;
}

/** Makes the sender of Slack messages: writes the notice of an event and posts it. */
export function createSendSlack(options: SendSlackOptions): Send {
  return (delivery, destination, signal) => {
    const notice = toNotice(readBody(delivery.body), options.links);
    return post(notice, destination, { ...options, signal });
  };
}

/** Makes the sender of one Slack message for several events. */
export function createSendSlackBatch(options: SendSlackOptions): SendBatch {
  return ({ deliveries }, destination, signal) => {
    const events = deliveries.map(({ body }) => readBody(body)) as [EventBody, ...EventBody[]];
    return post(toGroupNotice(events, options.links), destination, { ...options, signal });
  };
}

async function post(
  notice: Notice,
  destination: Destination,
  options: SendSlackOptions & { signal: AbortSignal },
): Promise<Sent> {
  const { masterKeys, apiUrl, egress, timeoutMs, signal, now } = options;
  const startedAtMs = now();
  const target = tryTarget(destination, masterKeys);
  if (target === undefined) return unreadable(destination.url, startedAtMs);
  const { url, headers, body } = toRequest(target, toSlackMessage(notice), apiUrl);
  const result = await egress.post({ url, headers, body, timeoutMs, signal });
  const shown = { startedAtMs, url: target.kind === 'bot' ? url : destination.url };
  return toSent(result, shown, now());
}

/** A secret that can't be decrypted is the operator's fault: nothing is sent, and the delivery waits for the right key. */
function tryTarget(destination: Destination, masterKeys: MasterKeys): SlackTarget | undefined {
  try {
    const secret = decryptSecret(destination.secret, masterKeys, destination.id);
    return slackTarget(secret, parseConfig<SlackSettings>(destination));
  } catch (error) {
    if (error instanceof HubError && error.code === 'HUB_SECRET_UNREADABLE') return undefined;
    throw error;
  }
}

function toRequest(
  target: SlackTarget,
  message: SlackMessage,
  apiUrl: string,
): { url: string; headers: Record<string, string>; body: Buffer } {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': USER_AGENT };
  if (target.kind === 'incoming_webhook')
    return { url: target.webhookUrl, headers, body: Buffer.from(JSON.stringify(message)) };
  return {
    url: `${apiUrl}/chat.postMessage`,
    headers: { ...headers, authorization: `Bearer ${target.botToken}` },
    body: Buffer.from(JSON.stringify({ channel: target.channel, ...message })),
  };
}

const USER_AGENT = 'Ttoolab-Hub/1.0';
// The token and the secret part of the URL are in none of what is recorded.
const SHOWN_HEADERS = { 'content-type': 'application/json; charset=utf-8', 'user-agent': USER_AGENT };
const NOTHING_SEEN = {
  status: null,
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  isResponseTruncated: false,
};

function unreadable(url: string, startedAtMs: number): Sent {
  const exchange: Exchange = {
    ...NOTHING_SEEN,
    ...{ startedAtMs, durationMs: 0, url, requestHeaders: {}, errorClass: 'secret_unreadable' },
  };
  return { outcome: { kind: 'interrupted', isFault: true, wasSent: false }, exchange, dropped: null };
}

function toSent(result: EgressResult, shown: { startedAtMs: number; url: string }, nowMs: number): Sent {
  const { outcome, errorClass } = readSlackAnswer(result, nowMs);
  const durationMs = Math.round(result.durationMs);
  const request = { ...shown, durationMs, requestHeaders: SHOWN_HEADERS, errorClass };
  if (result.kind === 'failure')
    return { outcome, exchange: { ...NOTHING_SEEN, ...request }, dropped: droppedOf(result, request) };
  const { status, headers, body, isTruncated } = result;
  const seen = { status, responseHeaders: headers, responseBody: body, isResponseTruncated: isTruncated };
  return { outcome, exchange: { ...request, ...seen }, dropped: droppedOf(result, request) };
}

function droppedOf(
  result: EgressResult,
  request: Omit<Exchange, keyof typeof NOTHING_SEEN>,
): Exchange | null {
  if (!result.isResent) return null;
  const durationMs = Math.round(result.timing.sentMs ?? 0);
  return { ...NOTHING_SEEN, ...request, durationMs, errorClass: 'connection_closed' };
}
