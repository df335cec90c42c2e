import { afterEach, describe, expect, it } from 'vitest';
import { eventually, throughout } from '../harness/eventually.ts';
import { startTraffic } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance, settled } from '../harness/ledger.ts';
import {
  MARK_REQUESTS,
  answerWithin,
  startReceiver,
  type Receipt,
  type Receiver,
} from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const APPS = ['ingest', 'admin-api', 'dispatcher', 'recorder'];
const PATHS = ['/a', '/b', '/c', '/d', '/e', '/f'];
const EVENTS_PER_SECOND = 50;
const CONCURRENCY = 8;
const SESSION_MS = 6_000;
const FROZEN_MS = 9_000;

/** How late a request that was being written at the stop may arrive after the worker went on. */
const WRITTEN_WITHIN_MS = 500;
const ANSWERED_WITHIN_MS = 150;
const RECORDED_WITHIN_MS = 1_000;

describe('a worker whose event loop stands still for longer than its session (SIGSTOP, SIGCONT)', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it.each([
    ['alone', 1],
    ['while another takes over', 2],
  ])(
    '%s: loses nothing, repeats at most what was in flight, and goes on',
    async (_, count) => {
      receiver = await startReceiver();
      hub = await startHub({
        stack: runStack(),
        apps: APPS,
        env: {
          KAFKA_PARTITIONS: '6',
          KAFKA_SESSION_TIMEOUT: `${SESSION_MS}ms`,
          LANE_MAX_CONCURRENCY: String(CONCURRENCY),
          ...MARK_REQUESTS,
        },
      });
      for (const path of PATHS) {
        receiver.on(path, answerWithin(50, ANSWERED_WITHIN_MS));
        await hub.createWebhook({ url: receiver.url(path) });
      }
      const workers = Array.from({ length: count }, () => hub.addProcess('webhook-worker'));
      for (const worker of workers) await worker.start();
      const frozen = workers[0] as (typeof workers)[number];
      const sentByFrozen = () => receiver.receipts().filter(({ sender }) => sender === String(frozen.pid));
      const traffic = startTraffic(hub, EVENTS_PER_SECOND);
      await eventually(() => expect(sentByFrozen().length).toBeGreaterThan(200));

      const kill = { pid: frozen.pid, atMs: Date.now() };
      await frozen.kill('SIGSTOP');
      const before = sentByFrozen().length;
      await throughout(
        () => expect(sentByFrozen().length).toBeLessThanOrEqual(before + CONCURRENCY * PATHS.length),
        FROZEN_MS,
      );
      await frozen.kill('SIGCONT');
      const continuedAt = Date.now();
      await eventually(
        () => expect(sentByFrozen().filter(({ atMs }) => atMs > continuedAt).length).toBeGreaterThan(100),
        60_000,
      );
      const acknowledged = await traffic.stop();

      const accounts = { hub, receiver, acknowledged, paths: PATHS };
      await settled(accounts, 60_000);
      const { duplicates, ...rest } = await balance(accounts);
      const late = repeatsBy(receiver, frozen.pid).filter(
        ({ atMs }) => atMs > kill.atMs + RECORDED_WITHIN_MS,
      );
      console.log(
        `${count} worker(s): ${duplicates} of ${receiver.receipts().length} requests repeated, ${late.length} by the one that stood still`,
      );
      expect(rest).toEqual(CLEAN);
      expect(duplicates).toBeLessThanOrEqual(CONCURRENCY * PATHS.length);
      // What it was writing when it was stopped still goes out; what waited in its lanes does not.
      const writtenBy = continuedAt + WRITTEN_WITHIN_MS;
      expect(late.filter(({ atMs }) => atMs > writtenBy)).toEqual([]);
      expect(receiver.overlaps.filter(({ atMs }) => atMs > writtenBy + ANSWERED_WITHIN_MS)).toEqual([]);
    },
    120_000,
  );
});

/** Requests of a process for an event that came to the same path more than once. */
function repeatsBy(receiver: Receiver, pid: number): Receipt[] {
  const groups = Map.groupBy(receiver.receipts(), ({ path, eventId }) => `${path} ${eventId}`);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flatMap((group) => group.filter(({ sender }) => sender === String(pid)));
}
