import { describe, expect, it } from 'vitest';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import {
  createTestEngine,
  TEST_NOW,
  type TestEngine,
  type TestEngineOptions,
} from '../../../test/harness/test-engine.ts';
import { webhookBatchPolicy } from './webhook-batches.ts';
import type { Outcome } from './outcome.ts';

const CONFIG = '{"batch":{"maxEvents":3,"maxWaitMs":0}}';
const PATIENT = '{"batch":{"maxEvents":3,"maxWaitMs":50}}';
const ok: Outcome = { kind: 'delivered', status: 200 };
const status = (code: number): Outcome => ({ kind: 'rejected', status: code, retryAfterMs: undefined });
const ids = (...names: string[]) => names.map((id) => ({ id, eventId: `event-${id}` }));

/** An engine whose webhook gets up to three events in one request. */
function withBatches(options: TestEngineOptions = {}, config = CONFIG): TestEngine {
  const test = createTestEngine({ batches: webhookBatchPolicy, ...options });
  test.routing.apply(sampleDestination().id, sampleDestination({ config, version: 2 }));
  return test;
}

/** One batch of three, under way. */
async function underWay(options: TestEngineOptions = {}, config = CONFIG): Promise<TestEngine> {
  const test = withBatches(options, config);
  await test.accept([{ id: 'first', eventType: 'experiment.started' }, ...ids('a', 'b', 'c')]);
  await test.requests[0]?.end(ok);
  test.written.length = 0;
  return test;
}

const attempts = (test: TestEngine) => test.to('hub.attempts');

describe('a batch', () => {
  it('is one request with a row for each of its deliveries, which are finished with it', async () => {
    const test = await underWay();
    expect(test.requests[1]?.ids).toEqual(['a', 'b', 'c']);
    await test.requests[1]?.end(ok);
    const batch = { id: expect.any(String), size: 3 };
    expect(attempts(test)).toMatchObject(
      ['a', 'b', 'c'].map((deliveryId) => ({ deliveryId, number: 1, deliveryStatus: 'success', batch })),
    );
    expect(test.finished).toEqual(['first', 'a', 'b', 'c']);
  });

  it('waits for more, but no longer than it may', async () => {
    const test = withBatches({}, PATIENT);
    await test.accept(ids('a', 'b'));
    expect(test.requests).toEqual([]);
    await test.accept(ids('c'));
    expect(test.requests.map((request) => request.ids)).toEqual([['a', 'b', 'c']]);
  });

  it('that fails is one failure, and each of its deliveries goes to its own next attempt', async () => {
    const test = withBatches();
    await test.accept([
      { id: 'a', attempt: 1 },
      { id: 'b', attempt: 2, batch: null },
    ]);
    await test.requests[0]?.end(status(500));
    await test.requests[1]?.end(status(500));
    expect(test.to(test.topics.lanes).map(({ consecutiveFailures }) => consecutiveFailures)).toEqual([1, 2]);
    const failed = await underWay();
    await failed.requests[1]?.end(status(500));
    expect(failed.to(failed.topics.lanes)).toMatchObject([{ consecutiveFailures: 1 }]);
    expect(failed.to('hub.deliveries.webhook.retry.1m')).toMatchObject(
      ['a', 'b', 'c'].map((id) => ({ id, attempt: 2, dueAt: TEST_NOW + 60_000, batch: { size: 3 } })),
    );
    expect(attempts(failed).map(({ consecutiveFailures }) => consecutiveFailures)).toEqual([1, 1, 1]);
  });

  it('is made again with the same events under the same id, apart from new ones', async () => {
    const test = await underWay();
    await test.requests[1]?.end(status(503));
    const again = test.to('hub.deliveries.webhook.retry.1m');
    test.clock.ms += 60_000;
    await test.accept([...ids('new'), ...again]);
    const [, first, ...later] = test.requests;
    await later[0]?.end(ok);
    expect(test.requests.slice(2).map((request) => request.ids)).toEqual([['new'], ['a', 'b', 'c']]);
    await test.requests[3]?.end(ok);
    const idsOf = attempts(test)
      .filter(({ deliveryId }) => deliveryId === 'a')
      .map(({ batch }) => (batch as { id: string }).id);
    expect(idsOf).toHaveLength(2);
    expect(new Set(idsOf).size).toBe(1);
    expect(first?.ids).toEqual(['a', 'b', 'c']);
  });

  it('that the receiver calls malformed or too large is made again event by event', async () => {
    const test = await underWay();
    await test.requests[1]?.end(status(413));
    const again = test.to('hub.deliveries.webhook.retry.1m');
    expect(again).toMatchObject([{ batch: { size: 1 } }, { batch: { size: 1 } }, { batch: { size: 1 } }]);
    test.clock.ms += 60_000;
    await test.accept(again);
    expect(test.requests[2]?.ids).toEqual(['a']);
  });

  it('answered with 410 ends each of its deliveries, and disables and tells once', async () => {
    const test = await underWay();
    await test.requests[1]?.end(status(410));
    expect(test.to(test.topics.dead)).toHaveLength(3);
    expect(test.to(test.topics.news).filter(({ data }) => 'lastAttempts' in (data as object))).toHaveLength(
      1,
    );
    expect(attempts(test)).toMatchObject(Array(3).fill({ deliveryStatus: 'failed', disabledReason: 'gone' }));
  });

  it('whose last attempts fail tells of each delivery that has failed for good', async () => {
    const test = withBatches({}, PATIENT);
    const last = { attempt: 3, batch: { id: 'b', size: 2 } };
    await test.accept(ids('a', 'b').map((fields) => ({ ...fields, ...last })));
    await test.requests[0]?.end(status(500));
    expect(test.to(test.topics.dead)).toHaveLength(2);
    expect(test.to(test.topics.news)).toMatchObject([
      { data: { deliveryId: 'a' } },
      { data: { deliveryId: 'b' } },
    ]);
  });

  it('has all next steps durable before the first row', async () => {
    const test = await underWay();
    test.hold();
    await test.requests[1]?.end(status(500));
    expect(test.written.map(({ name }) => name.split('.').at(-1))).toEqual([
      'Delivery',
      'LaneState',
      'Delivery',
      'Delivery',
    ]);
    await test.acknowledge();
    expect(attempts(test)).toHaveLength(3);
    expect(test.finished).toEqual(['first']);
    await test.acknowledge();
    expect(test.finished).toEqual(['first', 'a', 'b', 'c']);
  });

  it('goes without those that are to be forgotten by now', async () => {
    const test = withBatches();
    await test.accept([{ id: 'first', eventType: 'experiment.started' }, ...ids('a', 'b', 'c')]);
    const { tenantId } = sampleDestination();
    const forgotten = { id: 'x', kind: 'tenant', tenantId, projectId: null, visitor: null };
    test.erasures.apply('x', { ...forgotten, requestedAt: TEST_NOW + 1 } as never);
    await test.requests[0]?.end(ok);
    expect(test.requests).toHaveLength(1);
    expect(attempts(test).slice(1)).toMatchObject(Array(3).fill({ status: 'cancelled' }));
  });

  it('counts as one of the requests that a destination bears side by side', async () => {
    const test = await underWay({}, PATIENT);
    await test.accept(ids('d', 'e', 'f', 'g', 'h', 'i'));
    expect(test.requests.slice(1).map((request) => request.ids)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
  });

  it('that was never sent waits, delivery by delivery, without a row', async () => {
    const test = await underWay();
    await test.requests[1]?.end({ kind: 'interrupted', isFault: true, wasSent: false });
    expect(attempts(test)).toEqual([]);
    expect(test.to(test.topics.deferred)).toMatchObject(ids('a', 'b', 'c').map(({ id }) => ({ id })));
  });
});

describe('a webhook without batches', () => {
  it('gets its events one by one, also where the channel could send several', async () => {
    const test = withBatches({}, '{}');
    await test.accept(ids('a', 'b'));
    await test.requests[0]?.end(ok);
    expect(test.requests.map((request) => request.ids)).toEqual([['a'], ['b']]);
    expect(attempts(test)).toMatchObject([{ batch: null }]);
  });
});
