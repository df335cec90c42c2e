import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EgressResult, PostRequest } from '#egress';
import { encryptSecret, verifySignature } from '#webhooks';
import { sampleDelivery, sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { PROMOTE_AFTER_MS } from './secrets-of.ts';
import { createSendWebhook } from './send-webhook.ts';

const NOW = 1_750_000_000_000;
const masterKey = randomBytes(32);
const CURRENT = `whsec_${randomBytes(32).toString('base64')}`;
const NEXT = `whsec_${randomBytes(32).toString('base64')}`;
const delivery = sampleDelivery();
const { id } = sampleDestination();
const { signal } = new AbortController();
const destination = sampleDestination({ secret: encryptSecret(CURRENT, masterKey, id) });
const rotating = (nextSecretAt: number) =>
  sampleDestination({ ...destination, nextSecret: encryptSecret(NEXT, masterKey, id), nextSecretAt });

const ended = { durationMs: 12.6, timing: { sentMs: 3.4, respondedMs: 9 }, isResent: false };
const ok: EgressResult = {
  ...ended,
  kind: 'response',
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('thanks'),
  isTruncated: true,
  isComplete: true,
};
const failed: EgressResult = {
  ...ended,
  kind: 'failure',
  reason: 'tls',
  detail: 'x',
  wasSent: false,
  isOurs: false,
};

/** A sender whose way out only notes the requests; `clock.ms` is its time. */
function sender(result: EgressResult = ok) {
  const posts: PostRequest[] = [];
  const clock = { ms: NOW };
  const egress = {
    post: (request: PostRequest) => {
      posts.push(request);
      return Promise.resolve(result);
    },
    connections: () => ({ origins: 0, open: 0, idle: 0 }),
    close: () => Promise.resolve(),
  };
  const send = createSendWebhook({ egress, masterKey, timeoutMs: 30_000, now: () => clock.ms });
  return { send: (to = destination, what = delivery) => send(what, to, signal), posts, clock };
}

/** Which secrets the two schemes verify with. */
function verified({ headers, body }: PostRequest, nowMs = NOW) {
  const secrets = Object.entries({ CURRENT, NEXT });
  const by = (scheme: 'ttoolab' | 'standard') =>
    secrets
      .filter(([, secret]) => verifySignature({ scheme, headers, body, secret, nowMs }).ok)
      .map(([name]) => name);
  return { ttoolab: by('ttoolab'), standard: by('standard') };
}

describe('a webhook request', () => {
  it('goes to the URL with the very bytes of the body, the timeout, and the means to cut it', async () => {
    const { send, posts } = sender();
    await send();
    expect(posts).toHaveLength(1);
    expect(posts[0]).toMatchObject({ url: destination.url, timeoutMs: 30_000 });
    expect(posts[0]?.body).toBe(delivery.body);
    expect(posts[0]?.signal).toBe(signal);
  });

  it('names event, type and time in both sets of headers, and is signed with the secret', async () => {
    const { send, posts } = sender();
    await send();
    const [post] = posts as [PostRequest];
    expect(post.headers).toMatchObject({
      'X-Ttoolab-Event-Id': delivery.eventId,
      'X-Ttoolab-Event-Type': delivery.eventType,
      'X-Ttoolab-Timestamp': String(NOW / 1_000),
      'webhook-id': delivery.eventId,
      'webhook-timestamp': String(NOW / 1_000),
      'Content-Type': 'application/json',
    });
    expect(verified(post)).toEqual({ ttoolab: ['CURRENT'], standard: ['CURRENT'] });
  });

  it('is signed afresh at each attempt, over the time of that attempt', async () => {
    const { send, posts, clock } = sender();
    await send();
    clock.ms += 5_000;
    await send();
    const [first, second] = posts as [PostRequest, PostRequest];
    expect(second.headers['webhook-timestamp']).toBe(String(NOW / 1_000 + 5));
    expect(second.headers['webhook-signature']).not.toBe(first.headers['webhook-signature']);
  });

  it('carries both signatures while a rotation is under way, also when it began a moment ago', async () => {
    const { send, posts } = sender();
    await send(destination);
    await send(rotating(NOW));
    expect(posts.map((post) => verified(post).standard)).toEqual([['CURRENT'], ['CURRENT', 'NEXT']]);
    expect(posts.map((post) => verified(post).ttoolab)).toEqual([['CURRENT'], ['CURRENT']]);
  });

  it('is signed with the new secret alone once the rotation is a day old', async () => {
    const { send, posts, clock } = sender();
    const to = rotating(NOW);
    await send(to);
    clock.ms = NOW + PROMOTE_AFTER_MS;
    await send(to);
    const [before, after] = posts as [PostRequest, PostRequest];
    expect(verified(before).standard).toEqual(['CURRENT', 'NEXT']);
    expect(verified(after, clock.ms)).toEqual({ ttoolab: ['NEXT'], standard: ['NEXT'] });
  });
});

describe('what is told of a request', () => {
  it('is the response as it was seen, with the headers that were sent', async () => {
    const { send, posts } = sender();
    expect(await send()).toEqual({
      outcome: { kind: 'delivered', status: 200 },
      exchange: {
        startedAtMs: NOW,
        durationMs: 13,
        url: destination.url,
        errorClass: null,
        status: 200,
        requestHeaders: posts[0]?.headers,
        responseHeaders: { 'content-type': 'text/plain' },
        responseBody: Buffer.from('thanks'),
        isResponseTruncated: true,
      },
      dropped: null,
    });
  });

  it('is the reason, where there was no response', async () => {
    const { outcome, exchange } = await sender(failed).send();
    expect(outcome).toEqual({ kind: 'unreachable', reason: 'tls' });
    expect(exchange).toMatchObject({ errorClass: 'tls', status: null, responseHeaders: {} });
    expect(exchange.responseBody).toHaveLength(0);
  });

  it('counts the seconds of Retry-After from the end of the request', async () => {
    const headers = { 'retry-after': new Date(NOW + 30_000).toUTCString() };
    const { send } = sender({ ...ok, status: 429, headers });
    expect((await send()).outcome).toEqual({ kind: 'rejected', status: 429, retryAfterMs: 30_000 });
  });

  it('is a request of its own, where the first one met a closing connection', async () => {
    const { outcome, exchange, dropped } = await sender({ ...ok, isResent: true }).send();
    expect([outcome.kind, exchange.status]).toEqual(['delivered', 200]);
    expect(dropped).toMatchObject({ durationMs: 3, status: null, requestHeaders: exchange.requestHeaders });
  });
});

describe('a secret that cannot be read', () => {
  it.each([
    ['is under another key', encryptSecret(CURRENT, randomBytes(32), id)],
    ['belongs to another destination', encryptSecret(CURRENT, masterKey, 'another')],
    ['is damaged', Buffer.from('nonsense')],
    ['is empty', Buffer.alloc(0)],
    ['is no secret', encryptSecret('hunter2', masterKey, id)],
  ])('because it %s sends nothing and is our own fault', async (_, secret) => {
    const { send, posts } = sender();
    const { outcome, exchange } = await send(sampleDestination({ secret }));
    expect(posts).toEqual([]);
    expect(outcome).toEqual({ kind: 'interrupted', isFault: true, wasSent: false });
    expect(exchange).toMatchObject({ errorClass: 'secret_unreadable', requestHeaders: {}, status: null });
  });

  it('is read again with the next record of the destination', async () => {
    const { send, posts } = sender();
    await send(sampleDestination());
    await send(destination);
    expect(posts).toHaveLength(1);
  });
});
