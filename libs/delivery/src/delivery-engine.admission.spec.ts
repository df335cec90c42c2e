import { describe, expect, it } from 'vitest';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { createTestEngine, TEST_NOW } from '../../../test/harness/test-engine.ts';
import { MAX_QUEUED_WHILE_HELD_BACK } from './lane.ts';
import type { Outcome } from './outcome.ts';
import { attemptKey } from './recent-ids.ts';

const ok: Outcome = { kind: 'delivered', status: 200 };
const failed: Outcome = { kind: 'rejected', status: 500, retryAfterMs: undefined };
const ids = (count: number, prefix = 'd') =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}` }));
const { id: destinationId } = sampleDestination();
const other = 'another-destination';

describe('a delivery that is not due', () => {
  it('is handed back until then, with all behind it; what came before it is taken on', async () => {
    const test = createTestEngine();
    const dueAt = TEST_NOW + 60_000;
    await test.accept([
      { id: 'a', dueAt: TEST_NOW },
      { id: 'b', dueAt },
      { id: 'c', dueAt: TEST_NOW - 1 },
    ]);
    expect(test.returned).toEqual([['b', dueAt]]);
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['a']);
    test.clock.ms = dueAt;
    await test.requests[0]?.end(ok);
    await test.accept([{ id: 'b', dueAt }, { id: 'c' }]);
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['a', 'b', 'c']);
  });
});

describe('a delivery of a replay', () => {
  const replay = (delivery: object) => ({ ...delivery, replayId: 'r' });

  it('that its full lane cannot take waits on the topic of replays, not among the deferred', async () => {
    const test = createTestEngine({ policy: { maxQueued: 1 } });
    await test.accept(ids(4, 'r').map(replay), { topic: test.topics.deliveries });
    expect(test.to('hub.deliveries.webhook.replay')).toHaveLength(2);
    expect(test.to('hub.deliveries.webhook.deferred')).toEqual([]);
  });

  it('takes no place of others, and others none of its', async () => {
    const test = createTestEngine({ policy: { maxQueued: 1 } });
    await test.accept(ids(2, 'r').map(replay), { topic: test.topics.replay });
    await test.accept(ids(2, 'd'));
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['r0', 'd0']);
    expect(test.to('hub.deliveries.webhook.deferred')).toEqual([]);
  });

  it('goes to the end of its topic for a while, then holds up that topic alone', async () => {
    const test = createTestEngine({ policy: { maxQueued: 1 } });
    await test.accept(ids(2, 'r').map(replay), { topic: test.topics.replay });
    for (let index = 0; index < 25; index += 1)
      await test.accept([replay({ id: `late${index}` })], { topic: test.topics.replay });
    expect(test.to('hub.deliveries.webhook.replay')).toHaveLength(20);
    expect(test.returned).toHaveLength(5);
  });

  it('that fails is tried again as what it is, and counts as any other', async () => {
    const test = createTestEngine({ policy: { pauseFailures: 2 } });
    await test.accept([replay({ id: 'r' }), { id: 'd' }]);
    for (const request of test.requests) await request.end(failed);
    const [again] = test.to('hub.deliveries.webhook.retry.1m');
    expect(again).toMatchObject({ id: 'r', attempt: 2, replayId: 'r' });
    await test.accept([replay({ id: 'r2' })], { topic: test.topics.replay });
    expect(test.to('hub.attempts').at(-1)).toMatchObject({ deliveryId: 'r2', status: 'held' });
  });
});

describe('a message that repeats another', () => {
  it('is sent once, and finished with the first', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'd' }, { id: 'd' }]);
    await test.accept([{ id: 'd' }]);
    expect(test.requests).toHaveLength(1);
    expect(test.finished).toEqual([]);
    await test.requests[0]?.end(ok);
    expect(test.finished).toEqual(['d', 'd', 'd']);
    expect(test.to('hub.attempts')).toHaveLength(1);
  });

  it('waits for the first while that one still waits in its lane', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'first' }, { id: 'd' }, { id: 'd' }]);
    await test.requests[0]?.end(ok);
    await test.requests[1]?.end(ok);
    expect(test.finished).toEqual(['first', 'd', 'd']);
    expect(test.requests).toHaveLength(2);
  });

  it('of an attempt that was made is dropped and finished', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'd' }]);
    await test.requests[0]?.end(failed);
    await test.accept([{ id: 'd' }]);
    expect(test.requests).toHaveLength(1);
    expect(test.finished).toEqual(['d', 'd']);
    expect(test.to('hub.deliveries.webhook.retry.1m')).toHaveLength(1);
  });

  it('of an attempt that a predecessor made is dropped too, the next attempt is not', async () => {
    const readRecent = async (_: readonly number[], visit: (partition: number, key: string) => void) =>
      visit(0, attemptKey('d', 1));
    const test = createTestEngine({ readRecent });
    await test.accept([{ id: 'd' }, { id: 'd', attempt: 2 }, { id: 'e' }]);
    expect(test.finished).toEqual(['d']);
    expect(test.requests.map(({ delivery }) => [delivery.id, delivery.attempt])).toEqual([['d', 2]]);
  });

  it('of one whose body could not be made is finished, without a request', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'd', problem: 'transformation_failed: why' }]);
    expect(test.requests).toEqual([]);
    expect(test.finished).toEqual(['d']);
  });

  it('of one that was put off without an attempt is sent', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'd' }]);
    await test.requests[0]?.end({ kind: 'interrupted', isFault: false, wasSent: false });
    await test.accept([{ id: 'd' }], { topic: test.topics.deferred });
    expect(test.requests).toHaveLength(2);
  });

  it('of one that is put off is sent too when it is read before its own acknowledgement', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'd' }]);
    test.hold();
    await test.requests[0]?.end({ kind: 'interrupted', isFault: false, wasSent: false });
    await test.accept([{ id: 'd' }], { topic: test.topics.deferred });
    await test.acknowledge();
    expect(test.finished).toEqual(['d']);
    expect(test.requests).toHaveLength(2);
  });
});

describe('a delivery whose destination', () => {
  it('is deleted is cancelled, without a request', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'd', destinationId: 'never-known', attempt: 3 }]);
    expect(test.to('hub.attempts')).toMatchObject([
      { deliveryId: 'd', status: 'cancelled', reason: 'webhook_deleted', attempts: 2 },
    ]);
    expect([test.requests.length, test.finished]).toEqual([0, ['d']]);
  });

  it.each([
    ['consecutive_failures', 'consecutive_failures'],
    [null, 'disabled'],
  ])('is disabled because of %s is held as %s', async (disabledReason, reason) => {
    const test = createTestEngine();
    test.routing.apply(destinationId, sampleDestination({ isEnabled: false, disabledReason }));
    await test.accept([{ id: 'd' }]);
    expect(test.to('hub.attempts')).toMatchObject([{ deliveryId: 'd', status: 'held', reason, attempts: 0 }]);
    expect([test.requests.length, test.finished]).toEqual([0, ['d']]);
  });

  it.each([
    ['deleted', undefined, 'cancelled'],
    ['disabled', sampleDestination({ isEnabled: false, disabledReason: 'by_hand' }), 'held'],
  ])(
    'is %s while it waits is put aside at once; the request under way ends as it does',
    async (_, to, status) => {
      const test = createTestEngine();
      await test.accept(ids(3));
      test.routing.apply(destinationId, to);
      await test.requests[0]?.end(ok);
      const rows = test.to('hub.attempts');
      expect(rows).toMatchObject([
        { deliveryId: 'd1', status },
        { deliveryId: 'd2', status },
        { deliveryId: 'd0', outcome: 'delivered' },
      ]);
      expect(test.requests).toHaveLength(1);
      expect(test.finished.toSorted()).toEqual(['d0', 'd1', 'd2']);
    },
  );

  it('is put aside is finished only when that is durable', async () => {
    const test = createTestEngine();
    test.hold();
    await test.accept([{ id: 'd', destinationId: 'never-known' }]);
    expect(test.finished).toEqual([]);
    await test.acknowledge();
    expect(test.finished).toEqual(['d']);
  });

  it('changes its URL gets the next request with the new record', async () => {
    const test = createTestEngine();
    await test.accept(ids(2));
    test.routing.apply(destinationId, sampleDestination({ url: 'https://moved.test/', version: 2 }));
    await test.requests[0]?.end(ok);
    expect(test.requests).toHaveLength(2);
  });
});

describe('a full lane', () => {
  it('defers what comes, uncounted, and finishes it when that is durable', async () => {
    const test = createTestEngine({ policy: { maxQueued: 2 } });
    await test.accept(ids(3));
    test.hold();
    await test.accept([{ id: 'x', attempt: 2, uncounted: 1, dueAt: TEST_NOW - 5 }]);
    expect(test.to(test.topics.deferred)).toMatchObject([{ id: 'x', attempt: 2, uncounted: 1, dueAt: null }]);
    expect(test.finished).toEqual([]);
    await test.acknowledge();
    expect(test.finished).toEqual(['x']);
  });

  it('keeps no other destination waiting', async () => {
    const test = createTestEngine({ policy: { maxQueued: 1 } });
    test.routing.apply(other, sampleDestination({ id: other }));
    await test.accept([...ids(10), { id: 'neighbour', destinationId: other }]);
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['d0', 'neighbour']);
  });

  it('turns the deferred topic over at 200 a second for others behind it, and hands back the rest for a moment', async () => {
    const test = createTestEngine({ policy: { maxQueued: 1 } });
    test.routing.apply(other, sampleDestination({ id: other }));
    await test.accept(ids(2));
    const from = { topic: test.topics.deferred };
    const neighbour = { id: 'neighbour', destinationId: other };
    await test.accept([...ids(250, 'x'), neighbour], from);
    expect(test.to(test.topics.deferred)).toHaveLength(200);
    expect(test.returned).toEqual([['x200', TEST_NOW + 200]]);
    test.clock.ms += 1_000;
    await test.accept([...ids(50, 'y'), neighbour], from);
    expect(test.to(test.topics.deferred)).toHaveLength(250);
    expect(test.requests.at(-1)?.delivery.id).toBe('neighbour');
  });

  it('turns it over at a crawl where no others are in sight, and waits as long as the lane does', async () => {
    const test = createTestEngine({ policy: { maxQueued: 1 } });
    await test.accept(ids(2));
    await test.requests[0]?.end({ kind: 'rejected', status: 429, retryAfterMs: 60_000 });
    const from = { topic: test.topics.deferred };
    await test.accept(ids(250, 'x'), from);
    expect(test.to(test.topics.deferred).length).toBeLessThanOrEqual(20);
    expect(test.returned).toEqual([[expect.any(String), TEST_NOW + 5_000]]);
  });

  it('that is only full of what it holds back lets all but a few of it go', async () => {
    const test = createTestEngine();
    const count = MAX_QUEUED_WHILE_HELD_BACK + 10;
    await test.accept(ids(count + 3));
    for (let index = 0; index < 3; index += 1) await test.requests[index]?.end(failed);
    // One probe is under way; the oldest stay, in their order.
    const deferred = test.to(test.topics.deferred).map(({ id }) => id);
    expect(deferred.length).toBe(count - MAX_QUEUED_WHILE_HELD_BACK);
    expect(deferred).toEqual(
      ids(count + 3)
        .slice(-deferred.length)
        .map(({ id }) => id),
    );
    expect(test.finished).toEqual(['d0', 'd1', 'd2', ...deferred]);
  });
});
