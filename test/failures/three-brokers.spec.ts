import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../tools/stack/start-stack.ts';
import { eventually } from '../harness/eventually.ts';
import { startTraffic } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled } from '../harness/ledger.ts';
import { startOwnHubStack } from '../harness/own-stack.ts';
import { answerWithin, startReceiver, type Receiver } from '../harness/receiver.ts';

const PATHS = ['/a', '/b'];
const CONCURRENCY = 16;
const RESUMED_WITHIN_MS = 60_000;

describe('a hub on three brokers, of which one is killed under load', () => {
  let own: { stack: Stack; end: () => Promise<void> };
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [own, receiver] = await Promise.all([startOwnHubStack({ brokers: 3 }), startReceiver()]);
    hub = await startHub({
      stack: own.stack,
      env: {
        LOG_LEVEL: 'warn',
        KAFKA_REPLICATION_FACTOR: '3',
        KAFKA_MIN_INSYNC_REPLICAS: '2',
        LANE_MAX_CONCURRENCY: String(CONCURRENCY),
      },
    });
    for (const path of PATHS) {
      receiver.on(path, answerWithin(5, 50));
      await hub.createWebhook({ url: receiver.url(path) });
    }
  }, 180_000);

  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
    await own?.end();
  }, 90_000);

  it('loses nothing that was acknowledged, takes events again, and goes on delivering', async () => {
    const traffic = startTraffic(hub, 50);
    const hundredMore = async () => {
      const from = receiver.receipts().length;
      const startedAt = performance.now();
      await eventually(() => {
        expect(receiver.receipts().length).toBeGreaterThan(from + 100 * PATHS.length);
      }, RESUMED_WITHIN_MS);
      return Math.round(performance.now() - startedAt);
    };
    await hundredMore();
    // The first one and then another: each leads some partitions, and one coordinates the worker's group.
    for (const broker of own.stack.kafkaNodes.slice(0, 2)) {
      await broker.kill('SIGKILL');
      console.log(`100 more events were delivered ${await hundredMore()} ms after ${broker.name} was killed`);
      await broker.start();
      await hundredMore();
    }
    const acknowledged = await traffic.stop();

    const accounts = { hub, receiver, acknowledged, paths: PATHS };
    await settled(accounts, RESUMED_WITHIN_MS);
    const { duplicates, ...rest } = await balance(accounts);
    console.log(`${acknowledged.length} events, ${duplicates} requests repeated`);
    expect(rest).toEqual(CLEAN);
    expect(duplicates).toBeLessThanOrEqual(CONCURRENCY * PATHS.length);
    await eventually(
      async () => expect((await hub.call('GET', '/readyz')).status).toBe(200),
      RESUMED_WITHIN_MS,
    );
  }, 300_000);
});
