import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EgressResult, PostRequest } from '#egress';
import { encryptSecret, headerOwner, MASKED, MasterKeys, verifySignature } from '#webhooks';
import { sampleDelivery, sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { PROMOTE_AFTER_MS } from './secrets-of.ts';
import { createSendWebhook } from './send-webhook.ts';

const NOW = 1_750_000_000_000;
const masterKeys = new MasterKeys(randomBytes(32));
const CURRENT = `whsec_${randomBytes(32).toString('base64')}`;
const NEXT = `whsec_${randomBytes(32).toString('base64')}`;
const delivery = sampleDelivery();
const { id } = sampleDestination();
const { signal } = new AbortController();
const destination = sampleDestination({ secret: encryptSecret(CURRENT, masterKeys, id) });
const rotating = (nextSecretAt: number) =>
  sampleDestination({ ...destination, nextSecret: encryptSecret(NEXT, masterKeys, id), nextSecretAt });

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

const silent = { connections: () => ({ origins: 0, open: 0, idle: 0 }), close: () => Promise.resolve() };

/** A sender whose way out only notes the requests; `clock.ms` is its time. */
function sender(result: EgressResult = ok) {
  const posts: PostRequest[] = [];
  const clock = { ms: NOW };
  const egress = {
    ...silent,
    post: (request: PostRequest) => {
      posts.push(request);
      return Promise.resolve(result);
    },
  };
  const send = createSendWebhook({ egress, masterKeys, timeoutMs: 30_000, now: () => clock.ms });
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

  it('leaves out the query of the URL, which may hold a key', async () => {
    const { send, posts } = sender();
    const { exchange } = await send({ ...destination, url: `${destination.url}?key=1` });
    expect(posts[0]?.url).toBe(`${destination.url}?key=1`);
    expect(exchange.url).toBe(`${destination.url}?…`);
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
    ['is under another key', encryptSecret(CURRENT, new MasterKeys(randomBytes(32)), id)],
    ['belongs to another destination', encryptSecret(CURRENT, masterKeys, 'another')],
    ['is damaged', Buffer.from('nonsense')],
    ['is empty', Buffer.alloc(0)],
    ['is no secret', encryptSecret('hunter2', masterKeys, id)],
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

describe('headers of the user’s own', () => {
  const own = { authorization: 'Bearer hunter2', 'x-shop': 'berlin' };
  const to = sampleDestination({
    ...destination,
    headers: Object.fromEntries(
      Object.entries(own).map(([name, value]) => [
        name,
        encryptSecret(value, masterKeys, headerOwner(id, name)),
      ]),
    ),
  });

  it('go out beside those of the hub, and are masked in the attempt', async () => {
    const { send, posts } = sender();
    const { exchange } = await send(to);
    expect(posts[0]?.headers).toMatchObject({ ...own, 'webhook-id': delivery.eventId });
    expect(exchange.requestHeaders).toMatchObject({ authorization: MASKED, 'x-shop': MASKED });
    expect(exchange.requestHeaders['webhook-signature']).toBe(posts[0]?.headers['webhook-signature']);
    expect(JSON.stringify(exchange)).not.toContain('hunter2');
  });

  it('hold the delivery back when they cannot be read', async () => {
    const { send, posts } = sender();
    const foreign = encryptSecret('x', new MasterKeys(randomBytes(32)), headerOwner(id, 'x-shop'));
    const { outcome, exchange } = await send({ ...to, headers: { ...to.headers, 'x-shop': foreign } });
    expect(outcome).toMatchObject({ kind: 'interrupted', isFault: true });
    expect(exchange.errorClass).toBe('secret_unreadable');
    expect(posts).toEqual([]);
  });
});

describe('decryption', () => {
  /** Counts how often a master key is asked for, which every decryption begins with. */
  class CountingKeys extends MasterKeys {
    asked = 0;
    override find(keyId: Buffer): Buffer | undefined {
      this.asked++;
      return super.find(keyId);
    }
  }

  it('happens once a minute for a destination, not at each request', async () => {
    const counting = new CountingKeys(masterKeys.current);
    const clock = { ms: NOW };
    const egress = { ...silent, post: () => Promise.resolve(ok) };
    const options = { egress, masterKeys: counting, timeoutMs: 30_000, now: () => clock.ms };
    const send = createSendWebhook(options);
    for (let n = 0; n < 1_000; n++) await send(delivery, destination, signal);
    expect(counting.asked).toBe(1);
    clock.ms += 60_001;
    await send(delivery, destination, signal);
    expect(counting.asked).toBe(2);
    await send(delivery, { ...destination }, signal);
    expect(counting.asked).toBe(3);
  });
});
