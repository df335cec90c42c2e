import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { eventually, throughout } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '400ms,500ms', AUTO_PAUSE_PROBE_SPACING: '0s' });

const seenAt = (path: string) => flow.receiver.receipts(path).map(({ eventId }) => eventId);

describe('a new webhook', () => {
  it('gets the event that is published right after the answer to its creation', async () => {
    const shop = await flow.shop();
    for (let i = 0; i < 30; i++) {
      const path = `/new/${i}`;
      const { id } = await shop.webhook(path);
      const event = await shop.publish();
      await eventually(() => expect(seenAt(path)).toEqual([event.id]), 5_000);
      expect((await shop.call('DELETE', `/webhooks/${id}`)).status).toBe(204);
    }
  });

  it('gets nothing that was published before', async () => {
    const shop = await flow.shop();
    await shop.webhook('/witness');
    const early = await shop.publish();
    await eventually(() => expect(seenAt('/witness')).toEqual([early.id]));
    const { id } = await shop.webhook('/late');
    const event = await shop.publish();
    await eventually(() => expect(seenAt('/late')).toEqual([event.id]));
    await shop.settled(id, event.id, 'success');
    expect(await shop.deliveries(id)).toHaveLength(1);
  });

  it.each([
    ['ftp://example.com/', 'url'],
    ['/hook', 'url'],
    ['https://user:word@example.com/', 'url'],
    ['http://10.0.0.1/', 'url'],
    ['http://169.254.169.254/latest/meta-data', 'url'],
    ['http://[::1]/', 'url'],
    ['http://0.0.0.0/', 'url'],
    ['http://[::ffff:10.0.0.1]/', 'url'],
    ['http://2130706433.1/', 'url'],
    [7, 'url'],
  ])('is refused with the URL %s', async (url, field) => {
    const shop = await flow.shop();
    expect(await shop.call('POST', '/webhooks', { name: 'Shop', url, eventTypes: ['*'] })).toMatchObject({
      status: 400,
      body: { status: 400, errors: [{ field, rule: expect.any(String) }] },
    });
    expect((await shop.call('GET', '/webhooks')).body).toMatchObject({ items: [] });
  });
});

describe('a change of a webhook', () => {
  it('of its URL holds for the events published afterwards', async () => {
    const shop = await flow.shop();
    const { id } = await shop.webhook('/old');
    const before = await shop.publish();
    await eventually(() => expect(seenAt('/old')).toEqual([before.id]));
    for (let i = 0; i < 20; i++) {
      const path = `/moved/${i}`;
      const changed = await shop.call('PATCH', `/webhooks/${id}`, { url: flow.receiver.url(path) });
      expect(changed).toMatchObject({ status: 200, body: { url: flow.receiver.url(path) } });
      const event = await shop.publish();
      await eventually(() => expect(seenAt(path)).toEqual([event.id]), 5_000);
    }
    expect(seenAt('/old')).toEqual([before.id]);
  });

  it('of its event types holds for the events published afterwards', async () => {
    const shop = await flow.shop();
    const { id } = await shop.webhook('/types', { eventTypes: ['experiment.*'] });
    const taken: string[] = [];
    const publish = async (type: string, isTaken: boolean) => {
      const event = await shop.publish(sampleEvent(type));
      if (isTaken) taken.push(event.id);
    };
    await publish('experiment.paused', true);
    await publish('ces.response_created', false);
    await publish('feature_flag.exposed', false);
    await shop.call('PATCH', `/webhooks/${id}`, {
      eventTypes: ['ces.response_created', 'feature_flag.exposed'],
    });
    await publish('experiment.paused', false);
    await publish('ces.response_created', true);
    await publish('feature_flag.exposed', true);
    await publish('feature_flag.created', false);
    await shop.call('PATCH', `/webhooks/${id}`, { eventTypes: ['*'] });
    await publish('billing.plan_changed', true);
    await eventually(() => expect(seenAt('/types').toSorted()).toEqual(taken.toSorted()));
    await throughout(() => expect(seenAt('/types')).toHaveLength(taken.length), 500);
    expect(await shop.deliveries(id)).toHaveLength(taken.length);
  });

  it('to disabled holds what comes, and to enabled lets new events through', async () => {
    const shop = await flow.shop();
    const { id } = await shop.webhook('/switched');
    const delivered: string[] = [];
    for (let i = 0; i < 5; i++) {
      expect(await shop.call('POST', `/webhooks/${id}/disable`)).toMatchObject({
        body: { enabled: false, disabledReason: 'disabled by hand' },
      });
      const held = await shop.publish();
      expect(await shop.settled(id, held.id, 'held')).toMatchObject({ attempts: 0 });
      expect(await shop.call('POST', `/webhooks/${id}/enable`)).toMatchObject({
        body: { enabled: true, disabledReason: null, disabledAt: null },
      });
      delivered.push((await shop.publish()).id);
      await eventually(() => expect(seenAt('/switched')).toEqual(delivered));
    }
    expect(await shop.deliveries(id, '&status=held')).toHaveLength(5);
  });
});

describe('a deleted webhook', () => {
  it('gets nothing more: what waits for it is cancelled, and only the request under way ends', async () => {
    const shop = await flow.shop();
    const waiting: ServerResponse[] = [];
    flow.receiver.on('/deleted', (response) => void waiting.push(response));
    flow.receiver.on('/deleted-retrying', answer(500));
    const retried = await shop.webhook('/deleted-retrying', { eventTypes: ['ces.response_created'] });
    const queued = await shop.webhook('/deleted', { eventTypes: ['experiment.conversion'] });
    const survey = await shop.publish(sampleEvent('ces.response_created'));
    const retrying = await shop.settled(retried.id, survey.id, 'retrying');
    const events = await Promise.all([1, 2, 3, 4, 5].map(() => shop.publish()));
    await eventually(async () => {
      expect(waiting).toHaveLength(1);
      expect(await shop.deliveries(queued.id)).toHaveLength(5);
    });
    const deliveries = await shop.deliveries(queued.id);

    for (const { id } of [retried, queued]) {
      expect((await shop.call('DELETE', `/webhooks/${id}`)).status).toBe(204);
      expect((await shop.call('DELETE', `/webhooks/${id}`)).status).toBe(404);
      expect((await shop.call('GET', `/webhooks/${id}`)).status).toBe(404);
      expect((await shop.call('GET', `/webhooks/${id}/deliveries`)).status).toBe(404);
    }
    await shop.publish();
    waiting[0]?.writeHead(200).end();

    const [inFlight] = seenAt('/deleted');
    await eventually(async () => {
      for (const { id, eventId } of deliveries) {
        const status = eventId === inFlight ? 'success' : 'cancelled';
        expect(await shop.delivery(id)).toMatchObject({ status });
      }
    });
    await eventually(async () => {
      expect(await shop.delivery(retrying.id)).toMatchObject({
        status: 'cancelled',
        reason: 'webhook_deleted',
      });
    });
    await throughout(() => expect([waiting.length, seenAt('/deleted').length]).toEqual([1, 1]), 700);
    expect(seenAt('/deleted-retrying').length).toBe((await shop.delivery(retrying.id)).attempts);
    for (const { id } of events) {
      const { body } = await shop.call<{ deliveries: { eventId: string }[] }>('GET', `/events/${id}`);
      expect(body.deliveries).toMatchObject([{ eventId: id }]);
    }
    const cancelled = deliveries.find(({ eventId }) => eventId !== inFlight)?.id;
    expect((await shop.call('POST', `/deliveries/${cancelled}/redeliver`)).status).toBe(409);
  });
});

/** Method, path and body. */
type Call = [string, string, object?];

const ON_A_WEBHOOK: Call[] = [
  ...([
    ['GET', ''],
    ['PATCH', '', { name: 'Mine' }],
    ['DELETE', ''],
  ] satisfies Call[]),
  ...(['/enable', '/disable', '/test', '/secret/rotate', '/secret/promote'].map((path) => [
    'POST',
    path,
  ]) as Call[]),
  ['GET', '/deliveries'],
];

describe('a project', () => {
  it('gets no event of another, of the same tenant or not', async () => {
    const [mine, theirs] = [await flow.shop(), await flow.shop()];
    await Promise.all([mine.webhook('/mine'), theirs.webhook('/theirs')]);
    const [one, other] = [await mine.publish(), await theirs.publish()];
    await eventually(() => expect([seenAt('/mine'), seenAt('/theirs')]).toEqual([[one.id], [other.id]]));
    await throughout(() => expect([seenAt('/mine').length, seenAt('/theirs').length]).toEqual([1, 1]), 300);
    expect((await mine.call('GET', '/webhooks')).body).toMatchObject({ items: [{ name: '/mine' }] });
  });

  it('answers 404 for what is another’s, as for what does not exist, and changes nothing of it', async () => {
    const [mine, theirs] = [await flow.shop(), await flow.shop()];
    const webhook = await theirs.webhook('/foreign');
    const event = await theirs.publish();
    const delivery = await theirs.settled(webhook.id, event.id, 'success');
    const before = (await theirs.call('GET', `/webhooks/${webhook.id}`)).body;
    const calls = (ids: { webhook: string; delivery: string; event: string }): Call[] => [
      ...ON_A_WEBHOOK.map(([method, path, body]): Call => [method, `/webhooks/${ids.webhook}${path}`, body]),
      ['GET', `/deliveries/${ids.delivery}`],
      ['POST', `/deliveries/${ids.delivery}/redeliver`],
      ['GET', `/events/${ids.event}`],
    ];
    const answersTo = async (project: string, ids: Parameters<typeof calls>[0]) => {
      const answers = [];
      for (const [method, path, body] of calls(ids)) {
        const { status, body: problem } = await mine.call(method, `/v1/projects/${project}${path}`, body);
        answers.push([method, status, { ...problem, instance: undefined }]);
      }
      return answers;
    };
    const foreign = { webhook: webhook.id, delivery: delivery.id, event: event.id };
    const none = { webhook: randomUUID(), delivery: randomUUID(), event: randomUUID() };
    const expected = await answersTo(mine.projectId, none);
    expect(expected.map(([, status]) => status)).toEqual(Array.from({ length: 12 }, () => 404));
    expect(await answersTo(mine.projectId, foreign)).toEqual(expected);
    expect(await answersTo(theirs.projectId, foreign)).toEqual(expected);
    expect(await answersTo(randomUUID(), foreign)).toEqual(expected);

    expect((await theirs.call('GET', `/webhooks/${webhook.id}`)).body).toEqual(before);
    expect(flow.receiver.receipts('/foreign')).toHaveLength(1);
    expect(await theirs.deliveries(webhook.id)).toHaveLength(1);
  });
});
