import { HubError } from '#errors';
import type { Egress, EgressResult } from '#egress';
import type { Delivery, Destination } from '#events';
import { MASKED, signRequest, type MasterKeys } from '#webhooks';
import type { Exchange, Sent } from './channel.ts';
import { toOutcome } from './outcome.ts';
import { secretsOf, type Secrets } from './secrets-of.ts';

/** What sending a webhook needs. */
export interface SendWebhookOptions {
  egress: Egress;
  masterKeys: MasterKeys;
  timeoutMs: number;
  now: () => number;
}

/** What of a delivery is sent. */
export type Sendable = Pick<Delivery, 'eventId' | 'eventType' | 'body'>;

/** Signs what is to be sent and posts it; deliveries are sent so as they are. */
export type SendWebhook = (what: Sendable, destination: Destination, signal: AbortSignal) => Promise<Sent>;

/** Makes the sender of webhooks: signs with the secrets of now, posts, and reports what was seen. */
export function createSendWebhook(options: SendWebhookOptions): SendWebhook {
  const secrets = new SecretCache(options.masterKeys);
  return async (delivery, destination, signal) => {
    const startedAtMs = options.now();
    const { url } = destination;
    const shownUrl = withoutQuery(url);
    const prepared = tryRead(() => {
      const known = secrets.of(destination, startedAtMs);
      return { own: known.headers, signed: sign(delivery, known, startedAtMs) };
    });
    if (prepared === undefined) return unsigned(shownUrl, startedAtMs);
    const { own, signed } = prepared;
    const { body } = delivery;
    const hasOwn = Object.keys(own).length > 0;
    const headers = hasOwn ? { ...own, ...signed } : signed;
    const requestHeaders = hasOwn ? { ...masked(own), ...signed } : signed;
    const result = await options.egress.post({ url, headers, body, timeoutMs: options.timeoutMs, signal });
    return toSent(result, { startedAtMs, url: shownUrl, requestHeaders }, options.now());
  };
}

/** The headers of one signed request. */
export function sign(
  { eventId, eventType, body }: Sendable,
  { current, next }: Pick<Secrets, 'current' | 'next'>,
  nowMs: number,
): Record<string, string> {
  return signRequest({ eventId, eventType, body, secret: current, nextSecret: next, nowMs });
}

/** As attempts show it: a query may hold a key, so they only say that there is one. */
function withoutQuery(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? url : `${url.slice(0, at)}?…`;
}

/** As attempts show them: which headers went out, not what was in them. */
function masked(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED]));
}

/** A secret that can't be decrypted is the operator's fault: nothing is sent, and the delivery waits for the right key. */
function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof HubError && error.code === 'HUB_SECRET_UNREADABLE') return undefined;
    throw error;
  }
}

function unsigned(url: string, startedAtMs: number): Sent {
  const exchange = {
    ...NOTHING_SEEN,
    startedAtMs,
    durationMs: 0,
    url,
    requestHeaders: {},
    errorClass: 'secret_unreadable',
  };
  return { outcome: { kind: 'interrupted', isFault: true, wasSent: false }, exchange, dropped: null };
}

interface Request {
  startedAtMs: number;
  url: string;
  requestHeaders: Record<string, string>;
}

function toSent(result: EgressResult, request: Request, nowMs: number): Sent {
  const exchange = { ...request, durationMs: Math.round(result.durationMs), ...seenOf(result) };
  return {
    outcome: toOutcome(result, nowMs),
    exchange,
    dropped: result.isResent ? droppedOf(result, request) : null,
  };
}

const NOTHING_SEEN = {
  status: null,
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  isResponseTruncated: false,
};

/** What is known of the request that met a closed connection: how long it took until the second one was written. */
function droppedOf({ timing }: EgressResult, request: Request): Exchange {
  return {
    ...NOTHING_SEEN,
    ...request,
    durationMs: Math.round(timing.sentMs ?? 0),
    errorClass: 'connection_closed',
  };
}

function seenOf(result: EgressResult): Omit<Exchange, keyof Request | 'durationMs'> {
  if (result.kind === 'failure') return { ...NOTHING_SEEN, errorClass: result.reason };
  const { status, headers, body, isTruncated } = result;
  return {
    status,
    errorClass: null,
    responseHeaders: headers,
    responseBody: body,
    isResponseTruncated: isTruncated,
  };
}

/** Decrypted secrets, for as long as the destination's record lives; decrypting at each send would cost 20 µs. */
class SecretCache {
  readonly #keys: MasterKeys;
  readonly #byRecord = new WeakMap<Destination, { secrets: Secrets; untilMs: number }>();

  constructor(keys: MasterKeys) {
    this.#keys = keys;
  }

  of(destination: Destination, nowMs: number): Secrets {
    const known = this.#byRecord.get(destination);
    if (known !== undefined && nowMs < known.untilMs) return known.secrets;
    const secrets = secretsOf(destination, this.#keys, nowMs);
    this.#byRecord.set(destination, { secrets, untilMs: nowMs + 60_000 });
    return secrets;
  }
}
