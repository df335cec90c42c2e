import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Kafka, logLevel } from 'kafkajs';
import { throughout } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled } from '../harness/ledger.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const APPS = ['ingest', 'admin-api', 'webhook-worker', 'recorder'];
const PATH = '/hook';

describe('a dispatcher without committed offsets', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeEach(async () => {
    receiver = await startReceiver();
    hub = await startHub({ stack: runStack(), apps: APPS, env: { LOG_LEVEL: 'warn' } });
    await hub.createWebhook({ url: receiver.url(PATH) });
  });

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('delivers what was published before its first start', async () => {
    const events = sampleEvents(300);
    await publishAll(hub, events);
    await hub.addProcess('dispatcher').start();
    const accounts = { hub, receiver, acknowledged: events, paths: [PATH] };
    await settled(accounts, 30_000);
    expect(await balance(accounts)).toEqual({ ...CLEAN, duplicates: 0 });
  });

  it("whose offsets, and the worker's, were deleted skips nothing and repeats nothing", async () => {
    const before = sampleEvents(300);
    const during = sampleEvents(300);
    const dispatcher = hub.addProcess('dispatcher');
    await dispatcher.start();
    await publishAll(hub, before);
    await settled({ hub, receiver, acknowledged: before, paths: [PATH] }, 30_000);

    await Promise.all([dispatcher.kill('SIGTERM'), hub.process('webhook-worker').kill('SIGTERM')]);
    await publishAll(hub, during);
    await deleteOffsets(hub, ['hub.dispatcher', 'hub.webhook-worker']);
    await Promise.all([dispatcher.start(), hub.process('webhook-worker').start()]);

    const accounts = { hub, receiver, acknowledged: [...before, ...during], paths: [PATH] };
    await settled(accounts, 30_000);
    await throughout(() => expect(receiver.receipts().length).toBe(before.length + during.length), 2_000);
    expect(await balance(accounts)).toEqual({ ...CLEAN, duplicates: 0 });
  }, 90_000);
});

/** As the broker does by itself with those of a group that was away for longer than `offsets.retention.minutes`. */
async function deleteOffsets(hub: TestHub, groups: readonly string[]): Promise<void> {
  const brokers = (hub.env['KAFKA_BROKERS'] ?? '').split(',');
  const admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const deleted = await admin.deleteGroups(
      groups.map((group) => `${hub.env['KAFKA_TOPIC_PREFIX']}${group}`),
    );
    expect(deleted.map(({ errorCode }) => errorCode)).toEqual(groups.map(() => 0));
  } finally {
    await admin.disconnect();
  }
}
