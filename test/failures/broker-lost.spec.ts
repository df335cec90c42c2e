import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../../tools/stack/start-stack.ts';
import { eventually, throughout } from '../harness/eventually.ts';
import { publishAll, sampleEvent, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { balance, settled } from '../harness/ledger.ts';
import { startOwnHubStack } from '../harness/own-stack.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';

const PATH = '/hook';
const CLEAN = {
  lost: [],
  phantoms: [],
  changedBodies: [],
  attemptsWithoutRequest: 0,
  requestsWithoutAttempt: 0,
};

describe('a hub whose broker goes away', () => {
  let own: { stack: Stack; end: () => Promise<void> };
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    [own, receiver] = await Promise.all([startOwnHubStack(), startReceiver()]);
    hub = await startHub({ stack: own.stack, env: { LOG_LEVEL: 'warn', INGEST_ACK_TIMEOUT: '3s' } });
    await hub.createWebhook({ url: receiver.url(PATH) });
  }, 120_000);

  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
    await own?.end();
  }, 60_000);

  const isReady = async () => (await hub.call('GET', '/readyz')).status;
  const acknowledged: ReturnType<typeof sampleEvents> = [];

  it('delivers by itself again after a restart in the middle of the stream, with nothing lost', async () => {
    const events = sampleEvents(1_500);
    acknowledged.push(...events);
    const publishing = publishAll(hub, events);
    await eventually(() => expect(receiver.receipts().length).toBeGreaterThan(100), 30_000);

    await own.stack.kafka.kill('SIGKILL');
    await eventually(async () => expect(await isReady()).toBe(503), 30_000);
    await own.stack.kafka.start();

    await publishing;
    await settled({ hub, receiver, acknowledged, paths: [PATH] }, 60_000);
    const { duplicates, ...rest } = await balance({ hub, receiver, acknowledged, paths: [PATH] });
    expect(rest).toEqual(CLEAN);
    expect(duplicates).toBe(0);
    await eventually(async () => expect(await isReady()).toBe(200), 60_000);
  }, 240_000);

  it('refuses with 503 what a paused broker does not acknowledge, and never delivers it', async () => {
    const refused = sampleEvent();
    await own.stack.kafka.kill('SIGSTOP');
    try {
      const { status, body } = await hub.call('POST', '/v1/events', refused);
      expect({ status, type: body['type'] }).toEqual({
        status: 503,
        type: 'urn:ttoolab:problem:unavailable',
      });
    } finally {
      await own.stack.kafka.kill('SIGCONT');
    }
    const next = sampleEvent();
    await publishAll(hub, [next]);
    acknowledged.push(next);
    await settled({ hub, receiver, acknowledged, paths: [PATH] }, 60_000);
    await throughout(() => {
      expect(receiver.receipts().map(({ eventId }) => eventId)).not.toContain(refused.id);
    }, 1_000);
  }, 120_000);
});
