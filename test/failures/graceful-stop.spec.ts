import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled } from '../harness/ledger.ts';
import { MARK_REQUESTS, answerWithin, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const PATHS = ['/a', '/b'];
const SPLIT = ['ingest', 'admin-api', 'dispatcher', 'webhook-worker', 'recorder'];
const EVENTS = 2_000;

describe('a graceful stop (SIGTERM) in the middle of a stream', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it.each([
    ['the worker', 'webhook-worker', SPLIT],
    ['the whole hub', 'all-in-one', ['all-in-one']],
  ])(
    'of %s finishes what is in flight, exits 0, repeats nothing and loses nothing',
    async (_, app, apps) => {
      receiver = await startReceiver();
      hub = await startHub({ stack: runStack(), apps, env: { LOG_LEVEL: 'warn', ...MARK_REQUESTS } });
      for (const path of PATHS) {
        receiver.on(path, answerWithin(50, 300));
        await hub.createWebhook({ url: receiver.url(path) });
      }
      const events = sampleEvents(EVENTS);
      const publishing = publishAll(hub, events);
      await eventually(() => expect(receiver.receipts().length).toBeGreaterThan(EVENTS / 2), 60_000);

      const inFlight = receiver.open();
      expect(inFlight.length).toBeGreaterThan(0);
      expect(receiver.receipts().length).toBeLessThan(EVENTS * PATHS.length);
      const { pid } = hub.process(app);
      const stoppedAt = performance.now();
      expect(await hub.process(app).kill('SIGTERM')).toBe(0);
      const stopMs = Math.round(performance.now() - stoppedAt);
      expect(receiver.open()).toEqual([]);
      expect(receiver.receipts().filter(({ wasCut }) => wasCut)).toEqual([]);
      console.log(`${app} ended in ${stopMs} ms with ${inFlight.length} requests in flight at the signal`);

      await hub.process(app).start();
      expect(hub.process(app).pid).not.toBe(pid);
      await publishing;
      const accounts = { hub, receiver, acknowledged: events, paths: PATHS };
      await settled(accounts, 90_000);
      expect(await balance(accounts)).toEqual({ ...CLEAN, duplicates: 0 });
      expect(receiver.overlaps).toEqual([]);
    },
    180_000,
  );
});
