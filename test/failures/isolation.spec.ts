import { afterEach, describe, expect, it } from 'vitest';
import { EVENT_TYPES } from '#events';
import { eventually, throughout } from '../harness/eventually.ts';
import { sampleEvent, startTraffic, type SampleEvent } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { CLEAN, balance } from '../harness/ledger.ts';
import { answerWithin, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const TYPES = EVENT_TYPES.filter((type) => type !== 'webhook.test').slice(0, 12);
const HEALTHY = TYPES.flatMap((type) => [1, 2, 3, 4].map((number) => ({ type, path: `/${type}/${number}` })));
const EVENTS_PER_SECOND = 40;
const WINDOWS = 5;
const WINDOW_MS = 3_000;
/** On a shared machine a 99th percentile of some ms moves by itself; waiting behind a bad neighbour takes seconds. */
const NOISE_MS = 50;

describe('a destination that hangs and one that is slow', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('leave the 99th percentile of 48 healthy ones on the same partitions where it was', async () => {
    receiver = await startReceiver();
    hub = await startHub({ stack: runStack(), env: { KAFKA_PARTITIONS: '3', LOG_LEVEL: 'warn' } });
    for (const { type, path } of HEALTHY) {
      receiver.on(path, answerWithin(1, 5));
      await hub.createWebhook({ url: receiver.url(path), eventTypes: [type] });
    }
    const clock = startClock(hub);
    await eventually(() => expect(receiver.receipts().length).toBeGreaterThan(400));
    const before = await measure(clock, receiver);

    receiver.on('/hanging', () => undefined);
    receiver.on('/slow', answerWithin(3_000, 3_000));
    const bad = await Promise.all(
      ['/hanging', '/slow'].map((path) => hub.createWebhook({ url: receiver.url(path) })),
    );
    const ended = (path: string) =>
      receiver.receipts(path).filter(({ endedAtMs }) => endedAtMs !== undefined);
    await eventually(() => expect(ended('/slow').length).toBeGreaterThan(0));
    const beside = await measure(clock, receiver);
    // By now the lanes of both are full, and what comes for them is deferred.
    await eventually(() => expect(ended('/hanging').length).toBeGreaterThan(0), 40_000);
    const besideFull = await measure(clock, receiver);

    // Once more without them: whatever else runs on the machine may have changed meanwhile.
    for (const { id } of bad)
      expect(await hub.call('DELETE', `/v1/projects/${hub.project.projectId}/webhooks/${id}`)).toMatchObject({
        status: 204,
      });
    const after = await measure(clock, receiver);
    console.log(
      `99th percentiles in ms: ${before} before, ${beside} and ${besideFull} beside them, ${after} after`,
    );
    const without = Math.max(before, after);
    for (const p99 of [beside, besideFull])
      expect(p99).toBeLessThanOrEqual(Math.max(without * 1.5, without + NOISE_MS));

    const acknowledged = await clock.stop();
    await eventually(async () => {
      for (const type of TYPES) {
        const paths = HEALTHY.filter((healthy) => healthy.type === type).map(({ path }) => path);
        const ofType = acknowledged.filter((event) => event.type === type);
        const books = await balance({ hub, receiver, acknowledged: ofType, paths });
        expect(books).toEqual({ ...CLEAN, duplicates: 0 });
      }
    }, 30_000);
  }, 180_000);
});

interface Clock {
  publishedAt: Map<string, number>;
  stop: () => Promise<SampleEvent[]>;
}

/** Steady traffic of single events, type after type, with the time at which each was published. */
function startClock(hub: TestHub): Clock {
  const publishedAt = new Map<string, number>();
  const make = () => {
    const event = sampleEvent(TYPES[publishedAt.size % TYPES.length]);
    publishedAt.set(event.id, Date.now());
    return event;
  };
  return { publishedAt, ...startTraffic(hub, EVENTS_PER_SECOND, { batchMs: 5, make }) };
}

/** 99th percentile of the ms from publishing to receipt at the healthy ones: the median of some windows from now on. */
async function measure(clock: Clock, receiver: Receiver): Promise<number> {
  const all: number[] = [];
  for (let window = 0; window < WINDOWS; window += 1) all.push(await measureWindow(clock, receiver));
  return all.toSorted((a, b) => a - b)[Math.floor(WINDOWS / 2)] ?? NaN;
}

async function measureWindow({ publishedAt }: Clock, receiver: Receiver): Promise<number> {
  const already = new Set(publishedAt.keys());
  await throughout(() => expect(receiver.open().length).toBeLessThan(5_000), WINDOW_MS);
  const measured = new Set([...publishedAt.keys()].filter((id) => !already.has(id)));
  const arrived = () =>
    HEALTHY.flatMap(({ path }) => receiver.receipts(path)).filter(({ eventId }) => measured.has(eventId));
  // What is still on its way counts too, with the time that it takes.
  await eventually(() => {
    expect(arrived().length).toBe((measured.size * HEALTHY.length) / TYPES.length);
  }, 60_000);
  const times = arrived().map(({ eventId, atMs }) => atMs - (publishedAt.get(eventId) ?? 0));
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? NaN;
}
