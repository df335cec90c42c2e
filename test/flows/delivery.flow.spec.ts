import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

describe('an event published over HTTP', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [hub, receiver] = await Promise.all([startHub({ stack: runStack() }), startReceiver()]);
  });

  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('arrives once, at each webhook that takes its type, and at no other', async () => {
    await hub.createWebhook({ url: receiver.url('/takes-it'), eventTypes: ['experiment.*'] });
    await hub.createWebhook({ url: receiver.url('/takes-all'), eventTypes: ['*'] });
    await hub.createWebhook({ url: receiver.url('/other'), eventTypes: ['ces.response_created'] });
    const event = sampleEvent('experiment.conversion');

    expect(await hub.call('POST', '/v1/events', event)).toMatchObject({
      status: 202,
      body: { id: event.id },
    });

    await eventually(() => {
      expect(receiver.receipts('/takes-it').map(({ eventId }) => eventId)).toEqual([event.id]);
      expect(receiver.receipts('/takes-all').map(({ eventId }) => eventId)).toEqual([event.id]);
    });
    expect(receiver.receipts('/other')).toEqual([]);
  });
});
