import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { balance, settled, unexplainedRepeats, type Kill } from '../harness/ledger.ts';
import { MARK_REQUESTS, answerWithin, perEvent, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const APPS = ['ingest', 'admin-api', 'dispatcher', 'recorder'];
const PATHS = ['/a', '/b', '/c'];
const EVENTS = 4_000;
const CONCURRENCY = 4;
const BATCH = { maxEvents: 50, maxWaitMs: 300 };

describe('a worker of batches', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('stopped, killed with kill -9 and replaced loses nothing, and repeats only the batches in flight', async () => {
    receiver = await startReceiver();
    hub = await startHub({
      stack: runStack(),
      apps: APPS,
      env: { LANE_MAX_CONCURRENCY: String(CONCURRENCY), LOG_LEVEL: 'warn', ...MARK_REQUESTS },
    });
    for (const path of PATHS) {
      receiver.on(path, answerWithin(100, 200));
      await hub.createWebhook({ url: receiver.url(path), batch: BATCH });
    }
    const [first, second] = [hub.addProcess('webhook-worker'), hub.addProcess('webhook-worker')];
    await first.start();
    const events = sampleEvents(EVENTS);
    const publishing = publishAll(hub, events);
    const seen = () => perEvent(receiver.receipts()).length;
    const kills: Kill[] = [];

    await eventually(() => expect(seen()).toBeGreaterThan(EVENTS / 2), 60_000);
    kills.push({ pid: first.pid, atMs: Date.now() });
    await first.kill('SIGKILL');
    await Promise.all([first.start(), second.start()]);
    await eventually(() => expect(seen()).toBeGreaterThan(EVENTS * 1.5), 60_000);
    expect(await first.kill('SIGTERM')).toBe(0);
    await publishing;

    const accounts = { hub, receiver, acknowledged: events, paths: PATHS };
    await settled(accounts, 90_000);
    const { duplicates, requestsWithoutAttempt, ...rest } = await balance(accounts);
    console.log(
      `${EVENTS} events in ${receiver.receipts().length} requests to ${PATHS.length} webhooks, ${duplicates} repeated`,
    );
    expect(rest).toEqual({ lost: [], phantoms: [], changedBodies: [], attemptsWithoutRequest: 0 });
    expect(unexplainedRepeats(accounts, kills)).toEqual([]);
    expect(duplicates).toBeLessThanOrEqual(CONCURRENCY * PATHS.length * BATCH.maxEvents);
    expect(requestsWithoutAttempt).toBe(duplicates);
    expect(receiver.receipts().length).toBeLessThan((EVENTS * PATHS.length) / 5);
  }, 240_000);
});
