import { describe, expect, it } from 'vitest';
import { HubError } from '#errors';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { createTestEngine, TEST_NOW, type TestEngine } from '../../../test/harness/test-engine.ts';
import type { Outcome } from './outcome.ts';

const ok: Outcome = { kind: 'delivered', status: 200 };
const failed: Outcome = { kind: 'rejected', status: 500, retryAfterMs: undefined };
const status = (code: number, retryAfterMs?: number): Outcome => ({
  kind: 'rejected',
  status: code,
  retryAfterMs,
});
const interrupted = (wasSent: boolean): Outcome => ({ kind: 'interrupted', isFault: !wasSent, wasSent });

const ids = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `d${index}` }));
const names = ({ written }: TestEngine) => written.map(({ topic, name }) => [topic, name.split('.').at(-1)]);

/** One delivery, attempted once. */
async function attempted(outcome: Outcome, fields = {}, options = {}): Promise<TestEngine> {
  const test = createTestEngine(options);
  await test.accept([{ id: 'd', ...fields }]);
  await test.requests[0]?.end(outcome);
  return test;
}

describe('an attempt that delivers', () => {
  it('is finished when its row is durable, and not before', async () => {
    const test = createTestEngine();
    test.hold();
    await test.accept([{ id: 'd' }]);
    await test.requests[0]?.end(ok);
    expect(names(test)).toEqual([['hub.attempts', 'Attempt']]);
    expect(test.finished).toEqual([]);
    await test.acknowledge();
    expect(test.finished).toEqual(['d']);
  });

  it('keeps its slot until then: books that lag slow the requests down', async () => {
    const test = createTestEngine();
    test.hold();
    await test.accept(ids(2));
    await test.requests[0]?.end(ok);
    expect(test.requests).toHaveLength(1);
    await test.acknowledge();
    expect(test.requests).toHaveLength(2);
  });

  it('writes no lane state, unless failures came before it', async () => {
    const fresh = await attempted(ok);
    expect(fresh.to(fresh.topics.lanes)).toEqual([]);
    const { id: destinationId } = sampleDestination();
    const state = { destinationId, enabledEpoch: 1, consecutiveFailures: 4, disabledAt: null, updatedAt: 0 };
    const healed = await attempted(ok, {}, { states: [state] });
    expect(healed.to(healed.topics.lanes)).toEqual([
      { ...state, consecutiveFailures: 0, updatedAt: TEST_NOW },
    ]);
  });
});

describe('an attempt that fails', () => {
  it('has its next step and its lane durable before its row, and is finished after both', async () => {
    const test = createTestEngine();
    test.hold();
    await test.accept([{ id: 'd' }]);
    await test.requests[0]?.end(failed);
    const step = [
      ['hub.deliveries.webhook.retry.1m', 'Delivery'],
      ['hub.lanes', 'LaneState'],
    ];
    expect(names(test)).toEqual(step);
    await test.acknowledge();
    expect(names(test)).toEqual([...step, ['hub.attempts', 'Attempt']]);
    expect(test.finished).toEqual([]);
    await test.acknowledge();
    expect(test.finished).toEqual(['d']);
  });

  it('goes to the next rung as the next attempt, keyed like all of its destination', async () => {
    const test = await attempted(failed, { attempt: 2 });
    expect(test.to('hub.deliveries.webhook.retry.5m')).toMatchObject([
      { id: 'd', attempt: 3, dueAt: TEST_NOW + 300_000 },
    ]);
    expect(test.to('hub.attempts')).toMatchObject([
      { number: 2, deliveryStatus: 'retrying', nextAttemptAt: TEST_NOW + 300_000, consecutiveFailures: 1 },
    ]);
    expect(new Set(test.written.map(({ key }) => key))).toEqual(new Set([sampleDestination().id]));
  });

  it('past the last rung goes to the dead topic with the reason, as it was', async () => {
    const test = await attempted(failed, { attempt: 3 });
    const dead = test.written.find(({ topic }) => topic === test.topics.dead);
    expect(dead).toMatchObject({ headers: { reason: 'exhausted' }, value: { id: 'd', attempt: 3 } });
    expect(test.to('hub.attempts')).toMatchObject([{ deliveryStatus: 'failed', nextAttemptAt: null }]);
  });

  it('with 429 counts nowhere and waits for the rung that covers Retry-After', async () => {
    const test = await attempted(status(429, 90_000));
    expect(test.to(test.topics.lanes)).toEqual([]);
    expect(test.to('hub.deliveries.webhook.retry.5m')).toHaveLength(1);
    expect(test.to('hub.attempts')).toMatchObject([{ consecutiveFailures: 0 }]);
  });
});

describe('an attempt that was interrupted', () => {
  it('after something was sent has a row, and comes again uncounted', async () => {
    const test = await attempted(interrupted(true), { attempt: 2, uncounted: 1 });
    expect(test.to(test.topics.deferred)).toMatchObject([{ attempt: 3, uncounted: 2, dueAt: null }]);
    expect(test.to('hub.attempts')).toMatchObject([{ number: 2, outcome: 'interrupted' }]);
    expect(test.to(test.topics.lanes)).toEqual([]);
  });

  it('before anything was sent is none: it comes again under the same number', async () => {
    const test = await attempted(interrupted(false), { attempt: 2, uncounted: 1 });
    expect(test.to(test.topics.deferred)).toMatchObject([{ attempt: 2, uncounted: 1, dueAt: null }]);
    expect(names(test)).toHaveLength(1);
    expect(test.finished).toEqual(['d']);
  });

  it('and sent a second time on a fresh connection has a row for each request', async () => {
    const test = createTestEngine();
    await test.accept([{ id: 'd' }]);
    const dropped = { ...DROPPED, errorClass: 'connection_closed' };
    await test.requests[0]?.end(failed, dropped);
    expect(test.to('hub.attempts')).toMatchObject([
      { number: 1, outcome: 'interrupted', errorClass: 'connection_closed' },
      { number: 2, outcome: 'rejected' },
    ]);
    // The first counted for nothing, so the second stands on the first rung.
    expect(test.to('hub.deliveries.webhook.retry.1m')).toMatchObject([{ attempt: 3, uncounted: 1 }]);
    expect(test.finished).toEqual(['d']);
  });
});

const DROPPED = {
  startedAtMs: TEST_NOW,
  durationMs: 1,
  url: 'https://receiver.test/hook',
  errorClass: null,
  status: null,
  requestHeaders: {},
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  isResponseTruncated: false,
};

describe('the attempt that disables a destination', () => {
  const rows = (test: TestEngine) =>
    test
      .to('hub.attempts')
      .map(({ disablesDestination, disabledReason, status: parked }) => [
        disablesDestination ?? parked,
        disabledReason,
      ]);

  it('is the last of so many failures in a row; what waits behind it is held', async () => {
    const test = createTestEngine({ policy: { pauseFailures: 3 } });
    await test.accept(ids(5));
    for (let index = 0; index < 3; index += 1) await test.requests[index]?.end(failed);
    expect(test.requests).toHaveLength(3);
    const reason = 'consecutive_failures';
    expect(rows(test)).toEqual([
      [false, null],
      [false, null],
      [true, reason],
      ['held', undefined],
      ['held', undefined],
    ]);
    expect(test.to('hub.attempts').slice(3)).toMatchObject([{ reason }, { reason }]);
    expect(test.to(test.topics.lanes).at(-1)).toMatchObject({ consecutiveFailures: 3, disabledAt: TEST_NOW });
    expect(test.finished).toEqual(['d0', 'd1', 'd2', 'd3', 'd4']);
  });

  it('is any that meets 410', async () => {
    const test = await attempted(status(410));
    expect(rows(test)).toEqual([[true, 'gone']]);
    expect(test.written.find(({ topic }) => topic === test.topics.dead)?.headers).toEqual({ reason: 'gone' });
    expect(test.to(test.topics.lanes)).toMatchObject([{ disabledAt: TEST_NOW }]);
  });

  it('is one only: requests that were under way beside it end without disabling again', async () => {
    const test = createTestEngine({ policy: { pauseFailures: 3 } });
    await test.accept(ids(4));
    await test.requests[0]?.end(ok);
    await test.requests[1]?.end(status(410));
    await test.requests[2]?.end(status(410));
    expect(rows(test).filter(([disables]) => disables === true)).toHaveLength(1);
  });

  it('is never one with 429, an interruption, or a success between', async () => {
    const test = createTestEngine({ policy: { pauseFailures: 2 } });
    const outcomes = [failed, ok, failed, interrupted(true), ok, status(429, 0), failed];
    for (const [index, outcome] of outcomes.entries()) {
      await test.accept([{ id: `e${index}` }]);
      await test.requests[index]?.end(outcome);
    }
    expect(test.requests).toHaveLength(outcomes.length);
    expect(rows(test).every(([disables]) => disables === false)).toBe(true);
  });

  it('stops new deliveries at once, long before the destination says that it is disabled', async () => {
    const test = await attempted(status(410));
    await test.accept([{ id: 'later' }]);
    expect(test.requests).toHaveLength(1);
    expect(test.to('hub.attempts').at(-1)).toMatchObject({ status: 'held', reason: 'gone', attempts: 0 });
  });

  it('is forgotten when the destination is enabled again, and not by any other change', async () => {
    const test = await attempted(status(410));
    test.routing.apply(sampleDestination().id, sampleDestination({ name: 'renamed', version: 2 }));
    await test.accept([{ id: 'still-held' }]);
    expect(test.requests).toHaveLength(1);
    test.routing.apply(sampleDestination().id, sampleDestination({ enabledEpoch: 2, version: 4 }));
    await test.accept([{ id: 'welcome' }]);
    expect(test.requests.at(-1)?.delivery.id).toBe('welcome');
    await test.requests.at(-1)?.end(failed);
    expect(test.to('hub.attempts').at(-1)).toMatchObject({ consecutiveFailures: 1, enabledEpoch: 2 });
  });
});

describe('a lane whose predecessor left a state', () => {
  const { id: destinationId } = sampleDestination();
  const state = { destinationId, enabledEpoch: 1, consecutiveFailures: 9, disabledAt: null, updatedAt: 0 };

  it('counts on from it', async () => {
    const test = await attempted(failed, {}, { states: [state] });
    expect(test.to('hub.attempts')).toMatchObject([{ consecutiveFailures: 10, disablesDestination: true }]);
  });

  it('starts over when the destination was enabled since', async () => {
    const test = await attempted(failed, {}, { states: [{ ...state, enabledEpoch: 0 }] });
    expect(test.to('hub.attempts')).toMatchObject([{ consecutiveFailures: 1, disablesDestination: false }]);
  });

  it('is disabled when it said so', async () => {
    const test = createTestEngine({ states: [{ ...state, disabledAt: TEST_NOW }] });
    await test.accept([{ id: 'd' }]);
    expect(test.requests).toEqual([]);
    expect(test.to('hub.attempts')).toMatchObject([{ status: 'held', reason: 'consecutive_failures' }]);
  });
});

describe('a producer that refuses', () => {
  it('leaves what is put aside or deferred unfinished, so that it comes again', async () => {
    const test = createTestEngine({ policy: { maxQueued: 1 } });
    await test.accept(ids(2));
    test.refuse(new HubError('HUB_KAFKA_UNAVAILABLE', 'closing'));
    await test.accept([{ id: 'one-too-many' }]);
    await test.accept([{ id: 'cancelled', destinationId: 'deleted' }]);
    expect(test.finished).toEqual([]);
  });
});
