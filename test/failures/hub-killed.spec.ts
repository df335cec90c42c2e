import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled, unexplainedRepeats } from '../harness/ledger.ts';
import { MARK_REQUESTS, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const PATH = '/hook';
const EVENTS = 10_000;
const CONCURRENCY = 16;
/** From the restart until everything is delivered, … */
const BACK_WITHIN_MS = 10_000;
/** … unless the machine is so slow that the rest alone, at the rate before the kill, would have taken about as long. */
const SLOWER_THAN_BEFORE = 2;

describe('a whole hub killed with kill -9 in the middle of 10,000 events', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('has delivered all of them within 10 s of its restart', async () => {
    receiver = await startReceiver();
    hub = await startHub({
      stack: runStack(),
      env: {
        LOG_LEVEL: 'warn',
        LANE_MAX_CONCURRENCY: String(CONCURRENCY),
        // The default; the tests' own is shorter.
        KAFKA_SESSION_TIMEOUT: '10s',
        ...MARK_REQUESTS,
      },
    });
    await hub.createWebhook({ url: receiver.url(PATH) });
    const events = sampleEvents(EVENTS);
    const publishedFrom = performance.now();
    const publishing = publishAll(hub, events);
    await eventually(() => expect(receiver.receipts().length).toBeGreaterThan(EVENTS / 4), 60_000);

    const kill = { pid: hub.process('all-in-one').pid, atMs: Date.now() };
    const seenAtKill = receiver.receipts().length;
    const restMs = ((EVENTS - seenAtKill) * (performance.now() - publishedFrom)) / seenAtKill;
    await hub.process('all-in-one').kill('SIGKILL');
    const restartedAt = performance.now();
    await hub.process('all-in-one').start();
    const startMs = Math.round(performance.now() - restartedAt);
    const isNew = ({ sender }: { sender?: string }) => sender === String(hub.process('all-in-one').pid);
    await eventually(() => expect(receiver.receipts().some(isNew)).toBe(true), 30_000);
    const resumedMs = Math.round(performance.now() - restartedAt);
    await publishing;
    const accounts = { hub, receiver, acknowledged: events, paths: [PATH] };
    await eventually(() => {
      expect(new Set(receiver.receipts().map(({ eventId }) => eventId)).size).toBe(EVENTS);
    }, 60_000);
    const backMs = Math.round(performance.now() - restartedAt);

    await settled(accounts, 60_000);
    const { duplicates, requestsWithoutAttempt, ...rest } = await balance(accounts);
    console.log(
      `killed after ${seenAtKill} of ${EVENTS}: ready again in ${startMs} ms, delivering in ${resumedMs} ms, all delivered in ${backMs} ms, ${duplicates} repeated`,
    );
    expect({ ...rest, requestsWithoutAttempt: 0 }).toEqual(CLEAN);
    expect(requestsWithoutAttempt).toBe(duplicates);
    expect(duplicates).toBeLessThanOrEqual(CONCURRENCY);
    expect(unexplainedRepeats(accounts, [kill])).toEqual([]);
    expect(backMs).toBeLessThan(Math.max(BACK_WITHIN_MS, SLOWER_THAN_BEFORE * restMs));
  }, 180_000);
});
