import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, throughout } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { MARK_REQUESTS, answer, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const APPS = ['ingest', 'admin-api', 'dispatcher', 'recorder'];
const PATHS = ['/a', '/b', '/c', '/d'];
const DELAY_MS = 20_000;
/** A partition that lost its pause fetches at once; one that stays paused never does. */
const LATEST_MS = DELAY_MS + 5_000;

describe('retries that wait for their time while workers join and leave', () => {
  let hub: TestHub;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    hub = await startHub({
      stack: runStack(),
      apps: APPS,
      env: {
        KAFKA_PARTITIONS: '6',
        RETRY_DELAYS: '20s,1m',
        AUTO_PAUSE_PROBE_SPACING: '0s',
        ...MARK_REQUESTS,
      },
    });
    for (const path of PATHS) {
      receiver.on(path, (response, receipt, count) =>
        answer(count <= 5 ? 500 : 200)(response, receipt, count),
      );
      await hub.createWebhook({ url: receiver.url(path) });
    }
  });

  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('are sent once, not early, and soon after they are due', async () => {
    const [first, second, third] = Array.from({ length: 3 }, () => hub.addProcess('webhook-worker'));
    await first?.start();
    const events = sampleEvents(5);
    await publishAll(hub, events);
    await eventually(() => {
      for (const path of PATHS) expect(receiver.receipts(path).length).toBe(events.length);
    });
    const requests = () =>
      PATHS.flatMap((path) => [...Map.groupBy(receiver.receipts(path), ({ eventId }) => eventId).values()]);
    const failedAt = Math.max(...requests().map(([failed]) => failed?.atMs ?? 0));

    // Each of these moves partitions whose retries are waiting.
    await second?.start();
    await third?.start();
    expect(await first?.kill('SIGTERM')).toBe(0);
    await second?.kill('SIGKILL');
    expect(Date.now()).toBeLessThan(failedAt + DELAY_MS);
    await throughout(
      () => {
        for (const group of requests()) expect(group.length).toBe(1);
      },
      failedAt + DELAY_MS - 2_000 - Date.now(),
    );

    await eventually(() => {
      for (const group of requests()) expect(group.length).toBe(2);
    }, DELAY_MS);
    const waits = requests().map(([failed, again]) => (again?.atMs ?? 0) - (failed?.endedAtMs ?? 0));
    console.log(
      `${waits.length} retries due after ${DELAY_MS} ms came after ${Math.min(...waits)} to ${Math.max(...waits)} ms`,
    );
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(DELAY_MS - 5);
    expect(Math.max(...waits)).toBeLessThan(LATEST_MS);
    expect(receiver.overlaps).toEqual([]);
  }, 90_000);
});
