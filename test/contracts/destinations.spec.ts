import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  DESTINATION_KINDS,
  expectHidden,
  type DestinationKind,
  type Outside,
  type Place,
} from '../harness/destination-kinds.ts';
import { sampleEvent } from '../harness/events.ts';
import { eventually, throughout } from '../harness/eventually.ts';
import type { ListedDelivery, ShownDelivery } from '../harness/flow.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { startReceiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';
import { startSlackServer } from '../harness/slack-server.ts';
import { startSmtpServer } from '../harness/smtp-server.ts';

const TIMEOUT_MS = 1_000;
let hub: TestHub;
let outside: Outside;

beforeAll(async () => {
  const [receiver, slack, smtp] = await Promise.all([startReceiver(), startSlackServer(), startSmtpServer()]);
  outside = { receiver, slack, smtp };
  const env = {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BURST_WINDOW: '0s',
    SMTP_URL: smtp.url,
    DELIVERY_TIMEOUT: `${TIMEOUT_MS}ms`,
    RETRY_DELAYS: '100ms,150ms,200ms,250ms',
    AUTO_PAUSE_PROBE_SPACING: '0s',
  };
  hub = await startHub({ stack: runStack(), env });
});
afterAll(async () => {
  await hub?.end();
  await Promise.all(Object.values(outside ?? {}).map((server) => server.close()));
});

/** A project with one destination, and the questions that the tests ask about it. */
async function start({ kind, path, place: placeIn }: DestinationKind, eventTypes = ['experiment.*']) {
  const place = placeIn(outside);
  const project = await hub.addProject();
  const call = <T = Record<string, unknown>>(method: string, to: string, body?: unknown) =>
    hub.call<T>(method, `/v1/projects/${project.projectId}${to}`, body, project.key);
  const created = await call<{ id: string }>('POST', path, { name: 'Team', eventTypes, ...place.settings });
  expect(created).toMatchObject({ status: 201 });
  const { id } = created.body;
  const at = `/destinations/${id}`;
  const deliveries = async (query = '') =>
    (await call<{ items: ListedDelivery[] }>('GET', `${at}/deliveries?limit=100${query}`)).body.items;
  const publish = async (type = 'experiment.started') => {
    const event = sampleEvent(type);
    const { status } = await hub.call('POST', '/v1/events', event, project.key);
    expect(status).toBe(202);
    return event.id;
  };
  const settled = async (eventId: string, status: string): Promise<ShownDelivery> => {
    const found = await eventually(async () => {
      const [delivery] = await deliveries(`&eventId=${eventId}`);
      expect(delivery).toMatchObject({ eventId, status });
      return delivery as ListedDelivery;
    });
    return (await call<ShownDelivery>('GET', `/deliveries/${found.id}`)).body;
  };
  const shown = async () => (await call('GET', at)).body;
  return { kind, created, place, call, at, deliveries, publish, settled, shown };
}

type Started = Awaited<ReturnType<typeof start>>;

async function expectPaused({ shown, deliveries, place }: Started): Promise<void> {
  await eventually(async () => {
    expect(await shown()).toMatchObject({ enabled: false, disabledReason: 'consecutive_failures' });
    const open = (await deliveries()).filter(({ status }) => ['pending', 'retrying'].includes(status));
    expect(open).toEqual([]);
  });
  const tries = place.tries();
  await throughout(() => expect(place.tries()).toBe(tries), 500);
}

const countOf = (place: Place, eventId: string) => place.taken().filter((id) => id === eventId).length;

describe.each(DESTINATION_KINDS)('a destination of kind $kind', (kind) => {
  it('gets an event once, and has it in its log', async () => {
    const { place, publish, settled, deliveries } = await start(kind);
    const eventId = await publish();
    const delivery = await settled(eventId, 'success');
    expect(place.taken()).toEqual([eventId]);
    expect(delivery).toMatchObject({ attempts: 1, lastStatus: kind.status, lastError: null, isTest: false });
    expect(delivery.attemptList).toMatchObject([{ number: 1, outcome: 'delivered', status: kind.status }]);
    expect(JSON.parse(delivery.requestBody)).toMatchObject({ id: eventId, type: 'experiment.started' });
    expect(await deliveries()).toMatchObject([{ id: delivery.id, status: 'success' }]);
  });

  it('gets the types that it takes, and no others', async () => {
    const { place, publish, settled } = await start(kind, ['ces.*', 'experiment.finished']);
    for (const type of ['experiment.started', 'usage.limit_reached']) await publish(type);
    const wanted = [await publish('ces.response_created'), await publish('experiment.finished')];
    for (const eventId of wanted) await settled(eventId, 'success');
    expect(place.taken().toSorted()).toEqual(wanted.toSorted());
  });

  it('that refuses a message for good does not get it again', async () => {
    const { place, publish, settled, shown } = await start(kind);
    place.behave('refuses for good');
    const delivery = await settled(await publish(), 'failed');
    const { lastError, lastStatus, disables } = kind.refusal;
    expect(delivery).toMatchObject({ attempts: 1, lastError, lastStatus });
    await throughout(() => expect(place.tries()).toBe(1), 400);
    await eventually(async () => expect(await shown()).toMatchObject({ enabled: !disables }));
  });

  it('that is busy is left alone for as long as it asks, and never disabled for it', async () => {
    const { place, publish, settled, shown, deliveries } = await start(kind);
    place.behave('is busy');
    const eventIds = await Promise.all(Array.from({ length: 12 }, () => publish()));
    await eventually(async () => {
      const attempts = (await deliveries()).reduce((sum, each) => sum + each.attempts, 0);
      expect(attempts).toBeGreaterThanOrEqual(kind.busyMs > 0 ? 2 : 12);
    });
    place.behave('takes');
    for (const eventId of eventIds) await settled(eventId, 'success');
    for (const eventId of eventIds) expect(countOf(place, eventId)).toBe(1);
    expect(await shown()).toMatchObject({ enabled: true });
    const all = await Promise.all(eventIds.map((eventId) => settled(eventId, 'success')));
    const attempts = all
      .flatMap(({ attemptList }) => attemptList)
      .map(({ startedAt, outcome }) => ({ at: Date.parse(startedAt), outcome }))
      .toSorted((a, b) => a.at - b.at);
    const waits = attempts
      .slice(1)
      .flatMap(({ at }, index) =>
        attempts[index]?.outcome === 'rejected' ? [at - (attempts[index]?.at ?? 0)] : [],
      );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(kind.busyMs);
  });

  it('without an answer is given up in time, and tried again', async () => {
    const { place, publish, settled, deliveries } = await start(kind);
    place.behave('is silent');
    const eventId = await publish();
    await eventually(() => expect(place.tries()).toBeGreaterThan(0));
    await eventually(async () => expect((await deliveries())[0]?.attempts).toBeGreaterThan(0));
    place.behave('takes');
    const { attemptList } = await settled(eventId, 'success');
    expect(attemptList[0]).toMatchObject(kind.silence);
    expect(attemptList[0]?.durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 50);
    expect(attemptList[0]?.durationMs).toBeLessThan(TIMEOUT_MS + 1_500);
    expect(attemptList.at(-1)).toMatchObject({ outcome: 'delivered' });
  });

  it('that fails ten times in a row is disabled, and goes on once it is enabled', async () => {
    const started = await start(kind);
    const { place, publish, settled, deliveries, call, at } = started;
    place.behave('fails');
    await Promise.all(Array.from({ length: 13 }, () => publish()));
    await expectPaused(started);
    expect(place.tries()).toBe(10);
    const statuses = (await deliveries()).map(({ status }) => status);
    expect(statuses.filter((status) => status === 'held').length).toBeGreaterThan(0);
    expect(new Set(statuses)).toEqual(new Set(statuses.includes('failed') ? ['failed', 'held'] : ['held']));

    place.behave('takes');
    expect(await call('POST', `${at}/enable`)).toMatchObject({
      body: { enabled: true, disabledReason: null },
    });
    const eventId = await publish();
    await settled(eventId, 'success');
    expect(place.taken()).toEqual([eventId]);
  });

  it('that is disabled gets nothing: its deliveries are held until somebody asks for them', async () => {
    const { place, publish, settled, call, at } = await start(kind);
    expect(await call('POST', `${at}/disable`)).toMatchObject({ body: { enabled: false } });
    const eventId = await publish();
    const held = await settled(eventId, 'held');
    expect((await call('POST', `/deliveries/${held.id}/redeliver`)).status).toBe(409);
    expect(place.tries()).toBe(0);
    await call('POST', `${at}/enable`);
    expect((await call('POST', `/deliveries/${held.id}/redeliver`)).status).toBe(202);
    await settled(eventId, 'success');
    expect(place.taken()).toEqual([eventId]);
  });

  it('gets a test at once, also while it is disabled', async () => {
    const { place, call, at, deliveries } = await start(kind);
    await call('POST', `${at}/disable`);
    const test = await call<{ eventId: string }>('POST', `${at}/test`);
    expect(test).toMatchObject({ status: 200, body: { outcome: 'delivered', status: kind.status } });
    expect(place.taken()).toEqual([test.body.eventId]);
    expect(await deliveries()).toMatchObject([
      { isTest: true, eventType: 'webhook.test', status: 'success' },
    ]);
    place.behave('refuses for good');
    const refused = await call('POST', `${at}/test`);
    expect(refused).toMatchObject({ status: 200, body: { outcome: 'rejected', error: expect.any(String) } });
  });

  it('gets a delivery again on request, with the same bytes under the same event', async () => {
    const { place, publish, settled, call } = await start(kind);
    const eventId = await publish();
    const first = await settled(eventId, 'success');
    expect((await call('POST', `/deliveries/${first.id}/redeliver`)).status).toBe(202);
    const again = await eventually(async () => {
      const delivery = await settled(eventId, 'success');
      expect(delivery.attempts).toBe(2);
      return delivery;
    });
    expect(again).toMatchObject({ id: first.id, requestBody: first.requestBody });
    expect(place.taken()).toEqual([eventId, eventId]);
  });

  it('shows its secret nowhere', async () => {
    const { place, publish, settled, call, shown, created, deliveries } = await start(kind);
    const secret = place.secret ?? (created.body as { secret?: string }).secret;
    place.behave('fails');
    const eventId = await publish();
    const failed = await settled(eventId, 'failed');
    const listed = await call('GET', '/destinations');
    const [logged] = [...hub.processes.values()].map((process) => process.lines());
    if (secret === undefined) return expect(await shown()).not.toHaveProperty('secret');
    expectHidden(secret, await shown(), listed, failed, await deliveries(), logged);
  });
});
