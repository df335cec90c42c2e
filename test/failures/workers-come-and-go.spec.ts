import { afterEach, describe, expect, it } from 'vitest';
import type { AppProcess } from '../harness/app-process.ts';
import { throughout } from '../harness/eventually.ts';
import { startTraffic } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled, unexplainedRepeats, type Kill } from '../harness/ledger.ts';
import { MARK_REQUESTS, answerWithin, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const APPS = ['ingest', 'admin-api', 'dispatcher', 'recorder'];
const PATHS = Array.from({ length: 12 }, (_, index) => `/hook-${index}`);
const CONCURRENCY = 8;
const EVENTS_PER_SECOND = 20;
const BETWEEN_CHANGES_MS = 3_000;

type Change = 'start' | 'SIGTERM' | 'SIGKILL';
/** What happens to which of the three workers, one change after the other; the first is there from the beginning. */
const CHANGES: readonly [Change, number][] = [
  ['start', 1],
  ['start', 2],
  ['SIGTERM', 0],
  ['SIGKILL', 1],
  ['start', 0],
  ['start', 1],
  ['SIGKILL', 0],
  ['start', 0],
  ['SIGTERM', 2],
  ['SIGTERM', 1],
  ['start', 1],
  ['SIGKILL', 1],
  ['start', 2],
];

describe('workers that come and go under load', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('lose nothing, repeat at most what was in flight at a kill, and never share a destination', async () => {
    receiver = await startReceiver();
    hub = await startHub({
      stack: runStack(),
      apps: APPS,
      env: {
        KAFKA_PARTITIONS: '6',
        LANE_MAX_CONCURRENCY: String(CONCURRENCY),
        ...MARK_REQUESTS,
      },
    });
    for (const path of PATHS) {
      receiver.on(path, answerWithin(5, 150));
      await hub.createWebhook({ url: receiver.url(path) });
    }
    const workers = Array.from({ length: 3 }, () => hub.addProcess('webhook-worker'));
    await at(workers, 0).start();
    const traffic = startTraffic(hub, EVENTS_PER_SECOND);
    const kills: Kill[] = [];
    for (const [change, index] of CHANGES) {
      await throughout(() => expect(receiver.overlaps).toEqual([]), BETWEEN_CHANGES_MS);
      const worker = at(workers, index);
      if (change === 'SIGKILL') kills.push({ pid: worker.pid, atMs: Date.now() });
      if (change === 'start') await worker.start();
      else expect(await worker.kill(change)).toBe(change === 'SIGTERM' ? 0 : null);
    }
    const acknowledged = await traffic.stop();

    const accounts = { hub, receiver, acknowledged, paths: PATHS };
    await settled(accounts, 60_000);
    const { duplicates, requestsWithoutAttempt, ...rest } = await balance(accounts);
    const senders = new Set(receiver.receipts().map(({ sender }) => sender));
    console.log(
      `${acknowledged.length} events, ${receiver.receipts().length} requests by ${senders.size} workers, ${duplicates} repeated by ${kills.length} kills`,
    );
    expect(receiver.overlaps).toEqual([]);
    expect({ ...rest, requestsWithoutAttempt: 0 }).toEqual(CLEAN);
    expect(unexplainedRepeats(accounts, kills)).toEqual([]);
    expect(duplicates).toBeLessThanOrEqual(kills.length * CONCURRENCY * PATHS.length);
    // Only a request that a kill cut off has no row: its worker did not live to write one.
    expect(requestsWithoutAttempt).toBe(duplicates);
  }, 240_000);
});

function at(workers: readonly AppProcess[], index: number): AppProcess {
  const worker = workers[index];
  if (worker === undefined) throw new Error(`There is no worker ${index}`);
  return worker;
}
