import { describe, expect, it } from 'vitest';
import { TEST_NOW, createTestEngine, type TestEngine } from '../../../test/harness/test-engine.ts';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { settled } from '../../../test/harness/recording-producer.ts';
import type { Outcome } from './outcome.ts';
import { attemptKey } from './recent-ids.ts';

const ok: Outcome = { kind: 'delivered', status: 200 };
const ids = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `d${index}` }));
const assignment = (...pairs: [partition: number, assignmentId: number][]) => new Map(pairs);

describe('a drain', () => {
  it('waits for the requests under way and starts none of those that wait', async () => {
    const test = createTestEngine();
    await test.accept(ids(3));
    const drained = test.engine.drain(5_000);
    await test.requests[0]?.end(ok);
    await drained;
    expect(test.requests).toHaveLength(1);
    expect(test.requests[0]?.isCut()).toBe(false);
    expect(test.finished).toEqual(['d0']);
  });

  it('ends at once when nothing is under way', async () => {
    const test = createTestEngine();
    await test.engine.drain(60_000);
    expect(test.requests).toEqual([]);
  });

  it('cuts what is left at the end of its time, and books it as interrupted', async () => {
    const test = createTestEngine();
    await test.accept(ids(2));
    await test.engine.drain(0);
    expect(test.requests.map(({ isCut }) => isCut())).toEqual([true]);
    expect(test.to('hub.attempts')).toMatchObject([{ deliveryId: 'd0', outcome: 'interrupted' }]);
    expect(test.to(test.topics.deferred)).toMatchObject([{ id: 'd0', attempt: 2, uncounted: 1 }]);
    expect(test.finished).toEqual(['d0']);
  });

  it('waits also for the books of what has ended', async () => {
    const test = createTestEngine();
    await test.accept(ids(1));
    test.hold();
    await test.requests[0]?.end(ok);
    let isDrained = false;
    const drained = test.engine.drain(5_000).then(() => (isDrained = true));
    await settled();
    expect(isDrained).toBe(false);
    await test.acknowledge();
    await drained;
    expect(test.finished).toEqual(['d0']);
  });

  it('before a rebalance that leaves the partition here is followed by the rest, in order', async () => {
    const test = createTestEngine();
    await test.accept(ids(3));
    await test.engine.drain(0);
    test.engine.assigned(assignment([0, 1]));
    await settled();
    await test.requests[1]?.end(ok);
    await test.requests[2]?.end(ok);
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['d0', 'd1', 'd2']);
    expect(test.requests[1]?.isCut()).toBe(false);
  });
});

describe('a partition that goes elsewhere', () => {
  it('has its request cut, and what waited is neither sent nor finished', async () => {
    const test = createTestEngine();
    await test.accept(ids(3));
    test.engine.assigned(assignment([1, 2]));
    await settled();
    expect(test.requests.map(({ isCut }) => isCut())).toEqual([true]);
    expect(test.finished).toEqual(['d0']);
  });

  it('while the connection was lost has its request cut too', async () => {
    const test = createTestEngine();
    await test.accept(ids(2));
    test.engine.suspend();
    expect(test.requests[0]?.isCut()).toBe(false);
    test.engine.assigned(assignment([1, 2]));
    expect(test.requests[0]?.isCut()).toBe(true);
  });

  it('takes on nothing of a batch that was fetched before', async () => {
    const test = createTestEngine();
    test.engine.assigned(assignment([0, 2]));
    await test.accept(ids(2), { assignmentId: 1 });
    await test.accept([{ id: 'elsewhere' }], { partition: 3 });
    expect([test.requests, test.finished, test.written]).toEqual([[], [], []]);
  });
});

describe('a partition that comes back', () => {
  it('starts nothing while the connection is lost', async () => {
    const test = createTestEngine();
    await test.accept(ids(2));
    test.engine.suspend();
    await test.requests[0]?.end(ok);
    await test.accept([{ id: 'late' }]);
    expect(test.requests).toHaveLength(1);
    expect(test.finished).toEqual(['d0']);
  });

  it('waits for its old request, which is left to end, and does not send it again', async () => {
    const test = createTestEngine();
    await test.accept(ids(2));
    test.engine.suspend();
    test.engine.assigned(assignment([0, 2]));
    await test.accept(ids(2), { assignmentId: 2 });
    // Nor does it send another beside the old one: the destination is known for one request at a time.
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['d0']);
    expect(test.requests[0]?.isCut()).toBe(false);
    await test.requests[0]?.end(ok);
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['d0', 'd1']);
    expect(test.finished).toEqual(['d0', 'd0']);
    expect(test.to('hub.attempts')).toHaveLength(1);
  });

  it('drops what its old request has done in the meantime', async () => {
    const test = createTestEngine();
    await test.accept(ids(1));
    test.engine.suspend();
    test.engine.assigned(assignment([0, 2]));
    await test.requests[0]?.end(ok);
    await test.accept(ids(1), { assignmentId: 2 });
    expect(test.requests).toHaveLength(1);
    expect(test.finished).toEqual(['d0', 'd0']);
  });

  it('sends what only waited in its former life', async () => {
    const test = createTestEngine();
    await test.accept(ids(2));
    test.engine.suspend();
    await test.requests[0]?.end(ok);
    test.engine.assigned(assignment([0, 2]));
    await test.accept([{ id: 'd1' }], { assignmentId: 2 });
    await test.requests[1]?.end(ok);
    expect(test.finished).toEqual(['d0', 'd1']);
  });
});

describe('a partition that is new here', () => {
  it('takes on nothing before it knows what was done lately', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const readRecent = async (_: readonly number[], visit: (partition: number, key: string) => void) => {
      await promise;
      visit(0, attemptKey('d0', 1));
    };
    const test = createTestEngine({ readRecent });
    const accepted = test.accept(ids(2));
    await settled();
    expect([test.requests, test.finished]).toEqual([[], []]);
    resolve();
    await accepted;
    expect(test.finished).toEqual(['d0']);
    expect(test.requests.map(({ delivery }) => delivery.id)).toEqual(['d1']);
  });

  it('refuses the batch when that can not be read, and asks again with the next', async () => {
    let failures = 2;
    const readRecent = () => (failures-- > 0 ? Promise.reject(new Error('no broker')) : Promise.resolve());
    const test = createTestEngine({ readRecent });
    await expect(test.accept(ids(1))).rejects.toMatchObject({ code: 'HUB_KAFKA_UNAVAILABLE' });
    expect(test.requests).toEqual([]);
    await test.accept(ids(1));
    expect(test.requests).toHaveLength(1);
  });

  it('is asked for once, and not again after a rebalance that leaves it here', async () => {
    const asked: (readonly number[])[] = [];
    const test = createTestEngine({
      readRecent: async (partitions) => void asked.push(partitions),
    });
    test.engine.assigned(assignment([0, 1], [1, 2], [2, 2]));
    test.engine.assigned(assignment([0, 1], [2, 2]));
    await test.accept(ids(1));
    expect(asked).toEqual([[0], [1, 2]]);
  });

  it('is read further back, once, when what was not committed is older', async () => {
    const asked: number[] = [];
    const test = createTestEngine({
      readRecent: async (_partitions, _visit, sinceMs) => void asked.push(TEST_NOW - sinceMs),
    });
    await test.accept(ids(1), { timestampMs: TEST_NOW - 3_600_000 });
    await test.accept(ids(1), { timestampMs: TEST_NOW - 1_000 });
    expect(asked).toEqual([60_000, 3_600_000]);
  });
});

describe('a request of a former life', () => {
  it('is cut when its partition came back and then went elsewhere', async () => {
    const test = createTestEngine();
    await test.accept(ids(1));
    test.engine.suspend();
    test.engine.assigned(assignment([0, 2]));
    test.engine.assigned(assignment([1, 3]));
    expect(test.requests[0]?.isCut()).toBe(true);
  });

  it.each([
    ['before', []],
    ['after', [[0, 2]]],
  ] as const)('is waited for, and cut, by a drain %s its partition comes back', async (_, pairs) => {
    const test = createTestEngine();
    await test.accept(ids(1));
    test.engine.suspend();
    if (pairs.length > 0) test.engine.assigned(new Map(pairs));
    await test.engine.drain(0);
    expect(test.requests[0]?.isCut()).toBe(true);
    expect(test.to('hub.attempts')).toHaveLength(1);
  });

  it('is waited for by a drain although its destination was deleted', async () => {
    const test = createTestEngine();
    await test.accept(ids(1));
    test.routing.apply(sampleDestination().id, undefined);
    await test.engine.drain(0);
    expect(test.to('hub.attempts')).toHaveLength(1);
  });
});

describe('a batch that waits to know what was done lately', () => {
  it('is not taken on when its partition was lost and came back meanwhile', async () => {
    const reads = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let asked = 0;
    const test = createTestEngine({ readRecent: () => reads[asked++]?.promise ?? Promise.resolve() });
    const accepted = test.accept(ids(1));
    test.engine.suspend();
    test.engine.assigned(assignment([0, 2]));
    reads[0]?.resolve();
    await accepted;
    expect([test.requests, test.finished]).toEqual([[], []]);
  });
});

describe('a worker that the group may have given up', () => {
  const LEASE_MS = 6_000;

  function lapsed(options?: Parameters<typeof createTestEngine>[0]): TestEngine {
    const test = createTestEngine(options);
    test.engine.leased(TEST_NOW + LEASE_MS);
    test.clock.ms = TEST_NOW + LEASE_MS;
    return test;
  }

  it('takes on nothing, and hands back what it is given', async () => {
    const test = lapsed({ policy: { maxQueued: 1 } });
    await test.accept(ids(3));
    expect([test.requests, test.finished, test.written]).toEqual([[], [], []]);
    expect(test.returned).toEqual([['d0', TEST_NOW + LEASE_MS + 200]]);
  });

  it('parks nothing of what waits, and does so once the group has answered', async () => {
    const test = createTestEngine();
    test.engine.leased(TEST_NOW + LEASE_MS);
    await test.accept(ids(2));
    test.clock.ms = TEST_NOW + LEASE_MS;
    test.routing.apply(sampleDestination().id, { ...sampleDestination(), isEnabled: false });
    await settled();
    expect(test.written).toEqual([]);
    test.engine.leased(TEST_NOW + 3 * LEASE_MS);
    await test.requests[0]?.end(ok);
    expect(test.to('hub.attempts')).toMatchObject([
      { deliveryId: 'd0' },
      { deliveryId: 'd1', status: 'held' },
    ]);
  });
});
