import { Codec } from '#events';
import { loadConfig } from '#config';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvent } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { connectStranger } from '../harness/kafka.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const UNKNOWN_SCHEMA = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);

describe('poison on a topic', () => {
  let hub: TestHub;
  let receiver: Receiver;
  let stranger: Awaited<ReturnType<typeof connectStranger>>;
  let codec: Codec;

  beforeAll(async () => {
    [hub, receiver, stranger] = await Promise.all([
      startHub({ stack: runStack(), env: { KAFKA_PARTITIONS: '1', LOG_LEVEL: 'warn' } }),
      startReceiver(),
      connectStranger(runStack().brokers),
    ]);
    codec = await Codec.connect(loadConfig(['registry'], hub.env).registry);
    await hub.createWebhook({ url: receiver.url('/hook') });
  });

  afterAll(async () => {
    await stranger?.end();
    await hub?.end();
    await receiver?.close();
  });

  const poisons = (): [string, Buffer | null][] => [
    ['an empty value', Buffer.alloc(0)],
    ['no value', null],
    ['text', Buffer.from('not Avro at all')],
    ['an unknown schema id', UNKNOWN_SCHEMA],
    ['a cut-off record', Buffer.concat([Buffer.from([0, 0, 0, 0, 18]), Buffer.from([200, 1])])],
    [
      'a record of another type',
      codec.encode('hub.pipeline.LaneState', {
        destinationId: crypto.randomUUID(),
        enabledEpoch: 1,
        consecutiveFailures: 0,
        disabledAt: null,
        updatedAt: 0,
      }),
    ],
    ['the largest record that a topic takes', Buffer.alloc(1_048_400)],
  ];

  const topicsOf = () => [
    ...hub.topics.allEvents,
    hub.topics.webhook.deliveries,
    hub.topics.webhook.retries[0]?.topic ?? '',
    hub.topics.webhook.deferred,
    hub.topics.attempts,
  ];

  it('goes to the dead letters, whole and with its reason, and what follows it flows', async () => {
    const sent = topicsOf().flatMap((topic) => poisons().map(([, value]) => ({ topic, value })));
    for (const { topic, value } of sent)
      await stranger.producer.send({ topic, messages: [{ key: 'poison', value }] });
    const event = sampleEvent();
    await publishAll(hub, [event]);

    await eventually(
      () => expect(receiver.receipts().map(({ eventId }) => eventId)).toEqual([event.id]),
      60_000,
    );
    const { body } = await eventually(async () => {
      const answer = await hub.call<{ items: { status: string }[] }>(
        'GET',
        `/v1/projects/${hub.project.projectId}/events/${event.id}`,
      );
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(body).toBeDefined();

    await eventually(async () => {
      const letters = (await stranger.read(hub.topics.eventsDead)).map(({ value }) =>
        codec.decode(value ?? Buffer.alloc(0)),
      );
      const found = letters.flatMap(({ name, value }) =>
        name === 'hub.pipeline.DeadLetter'
          ? [{ topic: value.topic, value: value.value, hasReason: value.reason.startsWith('HUB_') }]
          : [],
      );
      for (const { topic, value } of sent) expect(found).toContainEqual({ topic, value, hasReason: true });
    }, 60_000);
  }, 180_000);

  it('on the destinations and lanes topics leaves what was known before, and what follows is read', async () => {
    for (const topic of [hub.topics.destinations, hub.topics.lanes]) {
      for (const [, value] of poisons().filter(([, bytes]) => bytes !== null)) {
        await stranger.producer.send({ topic, messages: [{ key: crypto.randomUUID(), value }] });
      }
    }
    await hub.createWebhook({ url: receiver.url('/later') });
    const event = sampleEvent();
    await publishAll(hub, [event]);
    await eventually(() => {
      expect(receiver.receipts('/hook').map(({ eventId }) => eventId)).toContain(event.id);
      expect(receiver.receipts('/later').map(({ eventId }) => eventId)).toEqual([event.id]);
    }, 30_000);
    expect((await hub.call('GET', '/readyz')).status).toBe(200);
  }, 60_000);
});
