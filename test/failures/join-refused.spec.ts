import { Kafka, logLevel } from 'kafkajs';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

/** Half of the time after which a consumer that fetches nothing is replaced anyway. */
const BACK_WITHIN_MS = 15_000;

let hub: TestHub | undefined;
let receiver: Receiver | undefined;

afterEach(async () => {
  await hub?.end();
  await receiver?.close();
});

it('a stage that its group refuses, again and again, works soon after the group takes it', async () => {
  receiver = await startReceiver();
  hub = await startHub({ stack: runStack(), apps: ['ingest', 'admin-api', 'webhook-worker', 'recorder'] });
  await hub.createWebhook({ url: receiver.url('/shop') });
  const group = `${hub.env['KAFKA_TOPIC_PREFIX']}hub.dispatcher`;
  const stranger = await joinAsStranger(group, hub.topics.events.conversion);

  const dispatcher = hub.addProcess('dispatcher');
  const started = dispatcher.start();
  await eventually(
    () =>
      expect(dispatcher.lines().filter((line) => line.includes('consumer.crashed')).length).toBeGreaterThan(
        2,
      ),
    30_000,
  );
  await stranger.leave();
  await started;
  const events = sampleEvents(3);
  await publishAll(hub, events);
  await eventually(
    () => expect(new Set(receiver?.receipts().map(({ eventId }) => eventId)).size).toBe(events.length),
    BACK_WITHIN_MS,
  );
}, 90_000);

/** A member of the group that shares no way of assigning partitions with the hub's: Kafka refuses the next one then. */
async function joinAsStranger(groupId: string, topic: string): Promise<{ leave: () => Promise<void> }> {
  const kafka = new Kafka({ brokers: [...runStack().brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({ eachMessage: () => Promise.resolve() });
  await joined;
  return { leave: () => consumer.disconnect() };
}
