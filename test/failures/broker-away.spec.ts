import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../tools/stack/start-stack.ts';
import { eventually, throughout } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled } from '../harness/ledger.ts';
import { startOwnHubStack } from '../harness/own-stack.ts';
import { answerWithin, startReceiver, type Receiver } from '../harness/receiver.ts';

const PATH = '/hook';
/** Long enough for kafkajs to give up its retries, and with them, silently, the consumer. */
const AWAY_MS = 90_000;
const RESUMED_WITHIN_MS = 60_000;

describe('a hub whose broker is away for long', () => {
  let own: { stack: Stack; end: () => Promise<void> };
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [own, receiver] = await Promise.all([startOwnHubStack(), startReceiver()]);
    hub = await startHub({ stack: own.stack, env: { LOG_LEVEL: 'warn', INGEST_ACK_TIMEOUT: '3s' } });
    receiver.on(PATH, answerWithin(20, 100));
    await hub.createWebhook({ url: receiver.url(PATH) });
  }, 120_000);

  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
    await own?.end();
  }, 60_000);

  it('says so all the while, and delivers within 60 s of its return', async () => {
    const readiness = async () => (await hub.call('GET', '/readyz')).status;
    const before = sampleEvents(2_000);
    await publishAll(hub, before);
    expect(receiver.receipts().length).toBeLessThan(before.length);
    await own.stack.kafka.kill('SIGKILL');
    await eventually(async () => expect(await readiness()).toBe(503), 30_000);
    await throughout(async () => expect(await readiness()).toBe(503), AWAY_MS);
    await own.stack.kafka.start();

    const backAt = performance.now();
    const after = sampleEvents(100);
    await publishAll(hub, after);
    const accounts = { hub, receiver, acknowledged: [...before, ...after], paths: [PATH] };
    await settled(accounts, RESUMED_WITHIN_MS);
    console.log(`all delivered ${Math.round(performance.now() - backAt)} ms after the broker was back`);
    expect(await balance(accounts)).toEqual({ ...CLEAN, duplicates: 0 });
    await eventually(async () => expect(await readiness()).toBe(200), RESUMED_WITHIN_MS);
  }, 300_000);
});
