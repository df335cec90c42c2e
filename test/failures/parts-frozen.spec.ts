import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Part } from '../../tools/stack/part.ts';
import type { Stack } from '../../tools/stack/start-stack.ts';
import { eventually, throughout } from '../harness/eventually.ts';
import { publishAll, sampleEvent, sampleEvents, startTraffic, type SampleEvent } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled } from '../harness/ledger.ts';
import { startOwnHubStack } from '../harness/own-stack.ts';
import { answerWithin, startReceiver, type Receiver } from '../harness/receiver.ts';

const PATHS = ['/a', '/b'];
const RESUMED_WITHIN_MS = 60_000;

describe('a hub whose parts stop answering (SIGSTOP) and go on', () => {
  let own: { stack: Stack; end: () => Promise<void> };
  let hub: TestHub;
  let receiver: Receiver;
  const acknowledged: SampleEvent[] = [];

  beforeAll(async () => {
    [own, receiver] = await Promise.all([startOwnHubStack(), startReceiver()]);
    hub = await startHub({ stack: own.stack, env: { LOG_LEVEL: 'warn', INGEST_ACK_TIMEOUT: '3s' } });
    for (const path of PATHS) {
      receiver.on(path, answerWithin(5, 50));
      await hub.createWebhook({ url: receiver.url(path) });
    }
  }, 120_000);

  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
    await own?.end();
  }, 60_000);

  const readiness = async () => (await hub.call('GET', '/readyz')).status;
  const frozen = async (part: Part, work: () => Promise<void>) => {
    await part.kill('SIGSTOP');
    try {
      await work();
    } finally {
      await part.kill('SIGCONT');
    }
  };
  const publish = async (events: readonly SampleEvent[]) => {
    await publishAll(hub, events);
    acknowledged.push(...events);
  };
  const arrived = (events: readonly SampleEvent[]) => {
    for (const path of PATHS) {
      const seen = new Set(receiver.receipts(path).map(({ eventId }) => eventId));
      expect(events.filter(({ id }) => !seen.has(id)).length, `missing at ${path}`).toBe(0);
    }
  };
  const expectCleanLedger = async () => {
    const accounts = { hub, receiver, acknowledged, paths: PATHS };
    await settled(accounts, RESUMED_WITHIN_MS);
    expect(await balance(accounts)).toEqual({ ...CLEAN, duplicates: 0 });
    await eventually(async () => expect(await readiness()).toBe(200), RESUMED_WITHIN_MS);
  };

  it('PostgreSQL: deliveries go on, /readyz is red, the books are complete afterwards', async () => {
    const before = sampleEvents(100);
    await publish(before);
    await eventually(() => arrived(before));
    await frozen(own.stack.postgres, async () => {
      await eventually(async () => expect(await readiness()).toBe(503), 30_000);
      const during = sampleEvents(200);
      await publish(during);
      await eventually(() => arrived(during), 30_000);
    });
    await expectCleanLedger();
  }, 180_000);

  it('the registry: ingest and deliveries go on', async () => {
    await frozen(own.stack.registry, async () => {
      const during = sampleEvents(200);
      await publish(during);
      await eventually(() => arrived(during), 30_000);
    });
    await expectCleanLedger();
  }, 120_000);

  it('the registry, gone altogether: ingest and deliveries go on, and a hub that starts without it says so', async () => {
    await own.stack.registry.kill('SIGKILL');
    const during = sampleEvents(200);
    await publish(during);
    await eventually(() => arrived(during), 30_000);

    expect(await hub.process('all-in-one').kill('SIGTERM')).toBe(0);
    await expect(hub.process('all-in-one').start()).rejects.toThrow(/HUB_REGISTRY_UNAVAILABLE/);
    expect(await hub.process('all-in-one').kill('SIGTERM')).toBe(1);
    await own.stack.registry.start();
    await hub.process('all-in-one').start();
    await publish([sampleEvent()]);
    await expectCleanLedger();
  }, 180_000);

  it('the broker, for 20 s in mid-stream: deliveries resume by themselves, nothing is lost', async () => {
    const traffic = startTraffic(hub, 50);
    const soFar = receiver.receipts().length;
    await eventually(() => expect(receiver.receipts().length).toBeGreaterThan(soFar + 200), 30_000);
    await frozen(own.stack.kafka, async () => {
      await eventually(async () => expect(await readiness()).toBe(503), 20_000);
      await throughout(async () => expect(await readiness()).toBe(503), 10_000);
    });
    const resumedFrom = receiver.receipts().length;
    const continuedAt = performance.now();
    await eventually(
      () => expect(receiver.receipts().length).toBeGreaterThan(resumedFrom + 200),
      RESUMED_WITHIN_MS,
    );
    console.log(`resumed ${Math.round(performance.now() - continuedAt)} ms after the broker went on`);
    acknowledged.push(...(await traffic.stop()));
    await expectCleanLedger();
  }, 240_000);

  it('the broker, while a webhook is created: it gets what is published once the broker goes on', async () => {
    await frozen(own.stack.kafka, async () => {
      await hub.createWebhook({ url: receiver.url('/created') });
    });
    const events = sampleEvents(20);
    await publish(events);
    const seen = () => receiver.receipts('/created').map(({ eventId }) => eventId);
    await eventually(() => expect(seen().toSorted()).toEqual(events.map(({ id }) => id).toSorted()), 30_000);
  }, 120_000);
});
