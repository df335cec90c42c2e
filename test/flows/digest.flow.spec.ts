import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESTINATION_KINDS, type DestinationKind, type Outside } from '../harness/destination-kinds.ts';
import { sampleEvent } from '../harness/events.ts';
import { eventually } from '../harness/eventually.ts';
import type { ListedDelivery } from '../harness/flow.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { startReceiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';
import { startSlackServer } from '../harness/slack-server.ts';
import { startSmtpServer } from '../harness/smtp-server.ts';

let hub: TestHub;
let outside: Outside;
beforeAll(async () => {
  const [receiver, slack, smtp] = await Promise.all([startReceiver(), startSlackServer(), startSmtpServer()]);
  outside = { receiver, slack, smtp };
  const env = {
    SLACK_API_URL: slack.apiUrl,
    SLACK_BURST_WINDOW: '0s',
    SMTP_URL: smtp.url,
    RETRY_DELAYS: '100ms,150ms',
  };
  hub = await startHub({ stack: runStack(), env });
});
afterAll(async () => {
  await hub?.end();
  await Promise.all(Object.values(outside ?? {}).map((server) => server.close()));
});

/** A destination that takes everything once a day, at a time that is hours away. */
async function start({ path, place: placeIn }: DestinationKind) {
  const place = placeIn(outside);
  const project = await hub.addProject();
  const call = <T = Record<string, unknown>>(method: string, to: string, body?: unknown) =>
    hub.call<T>(method, `/v1/projects/${project.projectId}${to}`, body, project.key);
  const at = `${String((new Date().getUTCHours() + 12) % 24).padStart(2, '0')}:00`;
  const settings = { name: 'Team', eventTypes: ['*', 'webhook.*'], digest: { at }, ...place.settings };
  const { body } = await call<{ id: string }>('POST', path, settings);
  const deliveries = async (query: string) =>
    (await call<{ items: ListedDelivery[] }>('GET', `/destinations/${body.id}/deliveries?limit=100${query}`))
      .body.items;
  const publish = async (type: string, data: Record<string, unknown> = {}) => {
    const event = sampleEvent(type, data);
    expect((await hub.call('POST', '/v1/events', event, project.key)).status).toBe(202);
    return event.id;
  };
  return { place, call, at: `/destinations/${body.id}`, deliveries, publish };
}

describe.each(DESTINATION_KINDS.filter(({ kind }) => kind !== 'webhook'))(
  'a digest of kind $kind',
  (kind) => {
    it('gathers events without sending them, then is one message that counts them all', async () => {
      const { place, call, at, deliveries, publish } = await start(kind);
      const eventIds = [];
      for (let count = 0; count < 6; count++) eventIds.push(await publish('experiment.conversion'));
      eventIds.push(await publish('ces.response_created', { score: 5, comment: 'Mine' }));
      await eventually(async () => {
        const gathered = await deliveries('&status=pending');
        expect(
          gathered.filter(({ reason }) => reason === 'digest').map(({ eventId }) => eventId),
        ).toHaveLength(7);
      });
      expect(place.tries()).toBe(0);

      // Without digests, what was gathered is told at once.
      await call('PATCH', at, { digest: null });
      await eventually(() => expect(place.messages()).toHaveLength(1));
      expect(place.messages()[0]).toContain('Daily digest: 7 events');
      expect(place.messages()[0]).toMatch(/checkout-button[^]{0,60}6 conversions/);
      expect(place.messages()[0]).not.toContain('Mine');
      await eventually(async () => {
        const all = await deliveries('');
        expect(all).toHaveLength(8);
        expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['success']));
      });
      const [digest] = (await deliveries('')).filter(({ eventType }) => eventType === 'digest.ready');
      expect(digest).toMatchObject({ attempts: 1 });

      const again = await publish('experiment.started');
      await eventually(() => expect(place.taken()).toContain(again));
    });

    it('holds back neither a test nor what somebody asks for', async () => {
      const { place, call, at, deliveries, publish } = await start(kind);
      const test = await call<{ eventId: string }>('POST', `${at}/test`);
      expect(place.taken()).toEqual([test.body.eventId]);
      await call('POST', `${at}/disable`);
      const eventId = await publish('experiment.started');
      const held = await eventually(async () => {
        const [delivery] = await deliveries(`&eventId=${eventId}&status=held`);
        expect(delivery).toBeDefined();
        return delivery;
      });
      await call('POST', `${at}/enable`);
      expect((await call('POST', `/deliveries/${held?.id}/redeliver`)).status).toBe(202);
      await eventually(() => expect(place.taken()).toContain(eventId));
    });
  },
);
