import { describe, expect, it } from 'vitest';
import { verifySignature } from '#webhooks';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow, type Shop, type TestWebhook } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '1s', AUTO_PAUSE_PROBE_SPACING: '0s', AUTO_PAUSE_FAILURES: '3' });

interface ShownReplay {
  id: string;
  status: string;
  reason: string | null;
  total: number;
  sent: number;
  deliveries: Record<string, number>;
}

const idsAt = (path: string) => flow.receiver.receipts(path).map(({ eventId }) => eventId);

async function publish(shop: Shop, count: number): Promise<string[]> {
  const events = await Promise.all(Array.from({ length: count }, () => shop.publish()));
  return events.map(({ id }) => id);
}

/** A webhook that was disabled while so many events came. */
async function held(path: string, count: number) {
  const shop = await flow.shop();
  const webhook = await shop.webhook(path);
  await shop.call('POST', `/webhooks/${webhook.id}/disable`);
  const eventIds = await publish(shop, count);
  await eventually(async () => {
    const { body } = await shop.call('GET', `/webhooks/${webhook.id}/held`);
    expect(body).toMatchObject({ count });
  });
  return { shop, webhook, eventIds };
}

async function enable(shop: Shop, { id }: TestWebhook, body?: object): Promise<ShownReplay | null> {
  const enabled = await shop.call<{ replay: ShownReplay | null }>('POST', `/webhooks/${id}/enable`, body);
  expect(enabled).toMatchObject({ status: 200, body: { enabled: true } });
  return enabled.body.replay;
}

async function start(shop: Shop, body: object): Promise<ShownReplay> {
  const started = await shop.call<ShownReplay>('POST', '/replays', body);
  expect(started).toMatchObject({ status: 202 });
  return started.body;
}

async function ended(shop: Shop, replay: ShownReplay | null, status = 'done'): Promise<ShownReplay> {
  return eventually(async () => {
    const { body } = await shop.call<ShownReplay>('GET', `/replays/${replay?.id}`);
    expect(body).toMatchObject({ status });
    return body;
  }, 30_000);
}

describe('what was held while a webhook was disabled', () => {
  it('is counted, and sent when it is enabled, each event once, under its id and with honest books', async () => {
    const { shop, webhook, eventIds } = await held('/held', 30);
    const preview = await shop.call('GET', `/webhooks/${webhook.id}/held`);
    expect(preview.body).toMatchObject({ count: 30, expectedSeconds: 1 });
    expect(idsAt('/held')).toEqual([]);
    const replay = await enable(shop, webhook, { resume: 'all' });
    expect(replay).toMatchObject({ selection: 'held', mode: 'again', total: 30 });
    expect(await ended(shop, replay)).toMatchObject({ sent: 30, deliveries: { success: 30 } });
    expect(idsAt('/held').toSorted()).toEqual(eventIds.toSorted());
    const [receipt] = flow.receiver.receipts('/held');
    const signed = {
      scheme: 'ttoolab' as const,
      headers: receipt?.headers as Record<string, string>,
      body: receipt?.body ?? Buffer.alloc(0),
    };
    expect(verifySignature({ ...signed, secret: webhook.secret, nowMs: Date.now() }).ok).toBe(true);
    await shop.expectHonestBooks(webhook);
  });

  it('stays held where nobody says what becomes of it, and can be skipped later', async () => {
    const { shop, webhook } = await held('/kept', 3);
    expect(await enable(shop, webhook)).toBeNull();
    const live = await shop.publish();
    await shop.settled(webhook.id, live.id, 'success');
    expect((await shop.call('GET', `/webhooks/${webhook.id}/held`)).body).toMatchObject({ count: 3 });
    const skipping = await start(shop, { destinationId: webhook.id, selection: 'held', skip: true });
    expect(await ended(shop, skipping)).toMatchObject({ sent: 3, deliveries: { cancelled: 3 } });
    const reasons = (await shop.deliveries(webhook.id, '&status=cancelled')).map(({ reason }) => reason);
    expect(reasons).toEqual(['skipped', 'skipped', 'skipped']);
    expect(idsAt('/kept')).toEqual([live.id]);
  });

  it('goes on where a webhook is disabled again in the middle, and nothing is lost', async () => {
    const { shop, webhook, eventIds } = await held('/again', 40);
    flow.receiver.on('/again', (response, _, number) =>
      number > 10 && number <= 20
        ? void response.writeHead(500).end()
        : void setTimeout(() => response.writeHead(204).end(), 20),
    );
    const replay = await enable(shop, webhook, { resume: 'all' });
    await ended(shop, replay, 'paused');
    const stopped = await shop.call('GET', `/webhooks/${webhook.id}`);
    expect(stopped.body).toMatchObject({ enabled: false, disabledReason: 'consecutive_failures' });
    await eventually(async () => {
      const { body } = await shop.call<ShownReplay>('GET', `/replays/${replay?.id}`);
      expect(body.deliveries['pending']).toBeUndefined();
    });
    flow.receiver.on('/again', answer(204));
    await enable(shop, webhook);
    expect(await shop.call('POST', `/replays/${replay?.id}/continue`)).toMatchObject({ status: 200 });
    await ended(shop, replay);
    await eventually(async () => {
      const all = await shop.deliveries(webhook.id);
      expect(all.map(({ status }) => status)).toEqual(eventIds.map(() => 'success'));
    }, 30_000);
    await shop.expectHonestBooks(webhook);
  });
});

describe('a replay', () => {
  it('sends again what was delivered: the same ids and bytes, the next number, in the order of before', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/twice');
    const eventIds: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      const event = await shop.publish();
      await shop.settled(webhook.id, event.id, 'success');
      eventIds.push(event.id);
    }
    const asked = { destinationId: webhook.id, selection: 'all' };
    const preview = await shop.call('POST', '/replays/preview', asked);
    expect(preview).toMatchObject({ status: 200, body: { count: 3 } });
    expect(idsAt('/twice')).toHaveLength(3);
    await ended(shop, await start(shop, asked));
    expect(idsAt('/twice')).toEqual([...eventIds, ...eventIds]);
    const bodies = flow.receiver.receipts('/twice').map(({ body }) => body.toString());
    expect(bodies.slice(3)).toEqual(bodies.slice(0, 3));
    await shop.expectHonestBooks(webhook);
  });

  it('of the failed alone, of one type and one error, leaves the rest', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/failed');
    flow.receiver.on('/failed', (response, _, number) => {
      response.writeHead(number === 1 || number === 3 ? 503 : 200).end();
    });
    const event = await shop.publish();
    await shop.settled(webhook.id, event.id, 'success');
    flow.receiver.on('/failed', answer(503));
    const other = await shop.publish();
    await shop.settled(webhook.id, other.id, 'failed');
    const asked = { destinationId: webhook.id, selection: 'failed' };
    const count = async (more: object) =>
      (await shop.call('POST', '/replays/preview', { ...asked, ...more })).body['count'];
    expect([await count({}), await count({ error: '503' }), await count({ error: '500' })]).toEqual([
      1, 1, 0,
    ]);
    expect(await count({ types: ['ces.response_created'] })).toBe(0);
    flow.receiver.on('/failed', answer(204));
    await ended(shop, await start(shop, { ...asked, error: '503' }));
    expect((await shop.settled(webhook.id, other.id, 'success')).attempts).toBe(3);
    expect(idsAt('/failed').filter((id) => id === event.id)).toHaveLength(2);
  });

  it('as new sends copies under ids of their own, which name the original', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/new');
    const event = await shop.publish();
    await shop.settled(webhook.id, event.id, 'success');
    await ended(shop, await start(shop, { destinationId: webhook.id, selection: 'all', asNew: true }));
    const [original, copy] = flow.receiver.receipts('/new');
    expect(copy?.eventId).not.toBe(event.id);
    const { id, replayOf, ...rest } = JSON.parse(copy?.body.toString() ?? '') as Record<string, unknown>;
    const { id: _id, ...before } = JSON.parse(original?.body.toString() ?? '') as Record<string, unknown>;
    expect([id, replayOf]).toEqual([copy?.eventId, event.id]);
    expect(rest).toEqual(before);
    await shop.expectHonestBooks(webhook);
    await shop.settled(webhook.id, copy?.eventId ?? '', 'success');
  });

  it('can be paused, continued and cancelled, and what was not sent stays as it was', async () => {
    const { shop, webhook } = await held('/slow', 60);
    await shop.call('PATCH', `/webhooks/${webhook.id}`, { rateLimit: 5 });
    const replay = await enable(shop, webhook, { resume: 'all' });
    const move = (verb: string) => shop.call<ShownReplay>('POST', `/replays/${replay?.id}/${verb}`);
    expect(await move('pause')).toMatchObject({ status: 200, body: { status: 'paused' } });
    expect(await move('continue')).toMatchObject({ status: 200, body: { status: 'running' } });
    expect(await move('cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect(await move('continue')).toMatchObject({ status: 409 });
    const { sent } = (await move('cancel')).body;
    expect(sent).toBeLessThan(60);
    const left = (await shop.call('GET', `/webhooks/${webhook.id}/held`)).body['count'];
    expect(left).toBe(60 - sent);
  });

  it('is not of a destination of somebody else', async () => {
    const [shop, other] = [await flow.shop(), await flow.shop()];
    const webhook = await other.webhook('/other');
    const asked = { destinationId: webhook.id, selection: 'all' };
    expect(await shop.call('POST', '/replays', asked)).toMatchObject({ status: 404 });
    expect(await shop.call('POST', '/replays/preview', asked)).toMatchObject({ status: 404 });
  });
});

describe('a webhook that starts in the past', () => {
  const begin = (shop: Shop, path: string, startAt: string, eventTypes = ['*']) =>
    shop.call<{ id: string; secret: string; replay: ShownReplay | null }>('POST', '/webhooks', {
      name: path,
      url: flow.receiver.url(path),
      eventTypes,
      startAt,
    });

  it('gets what came since then and what comes now, each event once', async () => {
    const shop = await flow.shop();
    const early = await shop.publish();
    const startAt = await eventually(async () => {
      const { body } = await shop.call<{ acceptedAt: string }>('GET', `/events/${early.id}`);
      return new Date(Date.parse(body.acceptedAt) + 1).toISOString();
    });
    await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(startAt)));
    const expected: string[] = [];
    let isOver = false;
    // Published without a pause, so that some are accepted in the very moment of the creation.
    const publishing = (async () => {
      while (!isOver) expected.push((await shop.publish()).id);
    })();
    await eventually(() => expect(expected.length).toBeGreaterThan(20));
    const created = await begin(shop, '/past', startAt);
    expect(created).toMatchObject({ status: 201, body: { replay: { selection: 'missing' } } });
    const before = expected.length;
    await eventually(() => expect(expected.length).toBeGreaterThan(before + 20));
    isOver = true;
    await publishing;
    await eventually(() => expect(new Set(idsAt('/past'))).toEqual(new Set(expected)), 30_000);
    await ended(shop, created.body.replay);
    expect(idsAt('/past')).toHaveLength(expected.length);
    expect(idsAt('/past')).not.toContain(early.id);
    const { id, secret } = created.body;
    await eventually(() => shop.expectHonestBooks({ id, secret, path: '/past' }));
  });

  it('gets the types alone that it takes', async () => {
    const shop = await flow.shop();
    const startAt = new Date(Date.now() - 60_000).toISOString();
    const wanted = await shop.publish(sampleEvent('ces.response_created'));
    const other = await shop.publish(sampleEvent('experiment.created'));
    await eventually(async () => expect((await shop.call('GET', `/events/${other.id}`)).status).toBe(200));
    await eventually(async () => expect((await shop.call('GET', `/events/${wanted.id}`)).status).toBe(200));
    const created = await begin(shop, '/types', startAt, ['ces.*']);
    await ended(shop, created.body.replay);
    await eventually(() => expect(idsAt('/types')).toEqual([wanted.id]));
  });

  it.each([
    ['2999-01-01T00:00:00Z', /in the past/],
    ['2001-01-01T00:00:00Z', /within the 30 days/],
    ['yesterday', /./],
  ])('%s is refused, with the rule', async (startAt, rule) => {
    const refused = await begin(await flow.shop(), '/refused', startAt);
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'startAt', rule: expect.stringMatching(rule) }] },
    });
  });
});

describe('a request for a replay that makes no sense', () => {
  it.each([
    [{ selection: 'some' }, 'selection'],
    [{ selection: 'all', from: '2999-01-01T00:00:00Z' }, 'from'],
    [{ selection: 'all', to: '2999-01-01T00:00:00Z' }, 'to'],
    [{ selection: 'held', asNew: true }, 'asNew'],
    [{ selection: 'failed', skip: true }, 'skip'],
    [{ selection: 'all', error: '503' }, 'error'],
    [{ selection: 'all', types: ['nothing.such'] }, 'types[0]'],
  ])('%j is a 400 that names %s', async (body, field) => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/senseless');
    const refused = await shop.call('POST', '/replays', { destinationId: webhook.id, ...body });
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});
