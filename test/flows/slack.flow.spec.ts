import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvent } from '../harness/events.ts';
import type { ListedDelivery, ShownDelivery } from '../harness/flow.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { runStack } from '../harness/run-stack.ts';
import { slackError, startSlackServer, type SlackServer } from '../harness/slack-server.ts';

const TOKEN = 'xoxb-1234567890-abcdef';
let hub: TestHub;
let slack: SlackServer;

beforeAll(async () => {
  slack = await startSlackServer({ tokens: [TOKEN], channels: ['C0123456789'] });
  hub = await startHub({
    stack: runStack(),
    env: { SLACK_API_URL: slack.apiUrl, RETRY_DELAYS: '100ms,150ms', SLACK_BURST_WINDOW: '4s' },
  });
});
afterAll(async () => {
  await hub?.end();
  await slack?.close();
});

const at = (path: string) => `/v1/projects/${hub.project.projectId}${path}`;

async function create(settings: object): Promise<string> {
  const body = { kind: 'slack', name: 'Team', eventTypes: ['experiment.started'], ...settings };
  const answer = await hub.call<{ id: string }>('POST', at('/destinations'), body);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body.id;
}

async function onlyDelivery(id: string, eventId: string): Promise<ShownDelivery> {
  const found = await eventually(async () => {
    const { body } = await hub.call<{ items: ListedDelivery[] }>(
      'GET',
      at(`/destinations/${id}/deliveries?eventId=${eventId}`),
    );
    expect(body.items).toHaveLength(1);
    expect(['success', 'failed']).toContain(body.items[0]?.status);
    return body.items[0] as ListedDelivery;
  });
  return (await hub.call<ShownDelivery>('GET', at(`/deliveries/${found.id}`))).body;
}

async function publish(type = 'experiment.started', data: object = {}): Promise<string> {
  const event = sampleEvent(type, { ...data });
  expect((await hub.call('POST', '/v1/events', event)).status).toBe(202);
  return event.id;
}

describe('an event', () => {
  it('arrives in Slack as a message that a person reads, through an incoming webhook', async () => {
    const id = await create({ webhookUrl: slack.webhookUrl('launches') });
    const eventId = await publish();
    const delivery = await onlyDelivery(id, eventId);
    expect(delivery).toMatchObject({ status: 'success', attempts: 1, lastStatus: 200 });
    const [post] = slack.posts('launches');
    expect(post?.text).toBe('Experiment started: Checkout button colour');
    expect(JSON.stringify(post?.blocks)).toContain(
      `/projects/${hub.project.projectId}/events/${eventId}|Open the event`,
    );
    expect(JSON.stringify(delivery.attemptList)).not.toContain('launches');
  });

  it('arrives through a bot too, whose token is nowhere to be seen', async () => {
    const id = await create({ botToken: TOKEN, channel: 'C0123456789' });
    const delivery = await onlyDelivery(id, await publish());
    expect(delivery.status).toBe('success');
    expect(slack.posts('C0123456789')).toHaveLength(1);
    const shown = await hub.call('GET', at(`/destinations/${id}`));
    expect(shown.body).toMatchObject({ address: 'C0123456789', settings: { channel: 'C0123456789' } });
    expect(JSON.stringify([delivery, shown.body])).not.toContain(TOKEN);
  });

  it('fails with the name that Slack gives the error', async () => {
    const id = await create({ botToken: TOKEN, channel: '#nowhere' });
    const delivery = await onlyDelivery(id, await publish());
    expect(delivery).toMatchObject({ status: 'failed', attempts: 3, lastError: 'channel_not_found' });
    expect(delivery.attemptList[0]?.error).toMatch(/no such channel/);
  });
});

describe('a burst', () => {
  it('is one message an experiment and window, which tells of all of it', async () => {
    const eventTypes = ['experiment.*'];
    const id = await create({ webhookUrl: slack.webhookUrl('bursts'), eventTypes });
    const about = (experimentKey: string) => ({ experimentId: experimentKey, experimentKey });
    const burst = async (experimentKey: string, count: number) => {
      const events = Array.from({ length: count }, () =>
        sampleEvent('experiment.conversion', { ...about(experimentKey), revenue: 10, currency: 'EUR' }),
      );
      await publishAll(hub, events);
      return events;
    };
    const events = [...(await burst('cart', 30)), ...(await burst('search', 5))];
    await eventually(() => expect(slack.posts('bursts')).toHaveLength(2));
    events.push(...(await burst('cart', 20)));
    await eventually(() => expect(slack.posts('bursts')).toHaveLength(3), 15_000);
    const [first, , third] = slack.posts('bursts');
    expect(slack.posts('bursts').map(({ text }) => text)).toEqual([
      '30 conversions: cart',
      '5 conversions: search',
      '20 conversions: cart',
    ]);
    expect(JSON.stringify(first?.blocks)).toContain('300.00 EUR');
    expect((third?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(3_900);

    const delivery = await onlyDelivery(id, events[0]?.id ?? '');
    expect(delivery).toMatchObject({
      status: 'success',
      attempts: 1,
      attemptList: [{ batch: { size: 30 } }],
    });
  });

  it('that Slack asks to wait with is one message when the time has come', async () => {
    const id = await create({ webhookUrl: slack.webhookUrl('busy'), eventTypes: ['experiment.*'] });
    slack.on('busy', (response, count) => {
      slack.on('busy', undefined);
      slackError(429, 'rate_limited', { 'retry-after': '1' })(response, count);
    });
    const events = Array.from({ length: 5 }, () => sampleEvent('experiment.conversion'));
    await publishAll(hub, events);
    await eventually(() => expect(slack.posts('busy')).toHaveLength(1), 15_000);
    expect(slack.posts('busy')[0]?.text).toMatch(/^5 conversions/);
    for (const event of events) {
      const { status, attemptList } = await onlyDelivery(id, event.id);
      expect([status, attemptList.map((attempt) => attempt.status)]).toEqual(['success', [429, 200]]);
    }
  });
});

describe('Send test', () => {
  it('posts to Slack at once, whatever the destination takes', async () => {
    const id = await create({ webhookUrl: slack.webhookUrl('tests') });
    const answer = await hub.call('POST', at(`/destinations/${id}/test`));
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'delivered', status: 200 } });
    expect(slack.posts('tests')).toMatchObject([{ text: 'Test from Ttoolab' }]);
  });
});
