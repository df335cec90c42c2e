import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import type { ListedDelivery, ShownDelivery } from '../harness/flow.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { runStack } from '../harness/run-stack.ts';
import { startSlackServer, type SlackServer } from '../harness/slack-server.ts';

const TOKEN = 'xoxb-1234567890-abcdef';
let hub: TestHub;
let slack: SlackServer;

beforeAll(async () => {
  slack = await startSlackServer({ tokens: [TOKEN], channels: ['C0123456789'] });
  hub = await startHub({
    stack: runStack(),
    env: { SLACK_API_URL: slack.apiUrl, RETRY_DELAYS: '100ms,150ms' },
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

describe('Send test', () => {
  it('posts to Slack at once, whatever the destination takes', async () => {
    const id = await create({ webhookUrl: slack.webhookUrl('tests') });
    const answer = await hub.call('POST', at(`/destinations/${id}/test`));
    expect(answer).toMatchObject({ status: 200, body: { outcome: 'delivered', status: 200 } });
    expect(slack.posts('tests')).toMatchObject([{ text: 'Test from Ttoolab' }]);
  });
});
