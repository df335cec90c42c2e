import { describe, expect, it } from 'vitest';
import { sampleDelivery } from '../../../test/harness/pipeline-samples.ts';
import type { Exchange, Sent } from './channel.ts';
import type { Next } from './decide-next.ts';
import { Lane } from './lane.ts';
import type { Outcome } from './outcome.ts';
import {
  afterDropped,
  toAttempt,
  toDroppedAttempt,
  toLaneState,
  toNextDelivery,
  toParked,
} from './pipeline-records.ts';

const NOW = 1_750_000_000_000;
const retry: Next = { kind: 'retry', topic: 't', dueAtMs: NOW + 60_000 };
const again: Next = { kind: 'again', topic: 't' };
const dead: Next = { kind: 'dead', topic: 't', reason: 'exhausted' };

const exchange: Exchange = {
  startedAtMs: NOW,
  durationMs: 12,
  url: 'https://receiver.test/hook',
  errorClass: null,
  status: 500,
  requestHeaders: { 'webhook-id': 'e' },
  responseHeaders: { server: 'x' },
  responseBody: Buffer.from('no\u0000'),
  isResponseTruncated: true,
};
const lane = { consecutiveFailures: 2, epoch: 4, disabledReason: null, batch: null };
const sent = (outcome: Outcome): Sent => ({ outcome, exchange, dropped: null });
const rejected: Outcome = { kind: 'rejected', status: 500, retryAfterMs: undefined };

describe('the next delivery', () => {
  const delivery = sampleDelivery({ attempt: 3, uncounted: 1, dueAt: NOW - 1 });

  it('of a retry is the next attempt, due when its delay is over', () => {
    expect(toNextDelivery(delivery, retry)).toEqual({ ...delivery, attempt: 4, dueAt: NOW + 60_000 });
  });

  it('of an interruption is the next attempt, due at once and not counted', () => {
    expect(toNextDelivery(delivery, again)).toEqual({ ...delivery, attempt: 4, uncounted: 2, dueAt: null });
  });

  it('of a dead one is kept as it was', () => {
    expect(toNextDelivery(delivery, dead)).toEqual(delivery);
  });

  it('carries the very same body', () => {
    for (const next of [retry, again, dead]) expect(toNextDelivery(delivery, next).body).toBe(delivery.body);
  });

  it('of a request that met a closing connection is one attempt further, uncounted', () => {
    expect(afterDropped(delivery)).toEqual({ ...delivery, attempt: 4, uncounted: 2 });
  });
});

describe('the row of an attempt', () => {
  it.each<[Next, string, number | null]>([
    [{ kind: 'done' }, 'success', null],
    [retry, 'retrying', NOW + 60_000],
    [again, 'retrying', null],
    [dead, 'failed', null],
  ])('followed by %j leaves the delivery in %s', (next, deliveryStatus, nextAttemptAt) => {
    const row = toAttempt(sampleDelivery({ attempt: 3 }), sent(rejected), next, lane);
    expect(row).toMatchObject({ number: 3, deliveryStatus, nextAttemptAt, outcome: 'rejected' });
  });

  it('says what was sent, what was seen, and whose it is; nothing else', () => {
    const delivery = sampleDelivery();
    const { id: deliveryId, eventId, eventType, tenantId, projectId, destinationId, acceptedAt } = delivery;
    const { startedAtMs: startedAt, ...seen } = exchange;
    expect(toAttempt(delivery, sent(rejected), retry, lane)).toEqual({
      deliveryId,
      eventId,
      eventType,
      tenantId,
      projectId,
      destinationId,
      acceptedAt,
      ...seen,
      number: 1,
      startedAt,
      outcome: 'rejected',
      deliveryStatus: 'retrying',
      nextAttemptAt: NOW + 60_000,
      consecutiveFailures: 2,
      disablesDestination: false,
      disabledReason: null,
      enabledEpoch: 4,
      batch: null,
    });
  });

  it('disables the destination exactly when there is a reason to', () => {
    const row = toAttempt(sampleDelivery(), sent(rejected), retry, { ...lane, disabledReason: 'gone' });
    expect(row).toMatchObject({ disablesDestination: true, disabledReason: 'gone', enabledEpoch: 4 });
  });

  it('of a request that met a closing connection is interrupted, and leads to another', () => {
    expect(toDroppedAttempt(sampleDelivery({ attempt: 2 }), exchange, lane)).toMatchObject({
      number: 2,
      outcome: 'interrupted',
      deliveryStatus: 'retrying',
      nextAttemptAt: null,
      disablesDestination: false,
    });
  });
});

describe('a delivery that is put aside', () => {
  it.each(['held', 'cancelled'] as const)('as %s counts only the attempts that were made', (status) => {
    for (const [attempt, attempts] of [
      [1, 0],
      [4, 3],
    ] as const) {
      const parked = toParked(sampleDelivery({ attempt }), status, 'why', NOW);
      expect(parked).toMatchObject({ status, attempts, reason: 'why', parkedAt: NOW });
      expect(parked).not.toHaveProperty('body');
    }
  });
});

describe('the state of a lane', () => {
  it.each([
    [null, null],
    ['consecutive_failures', NOW],
  ])('with the reason %s says since when it is disabled', (disabledReason, disabledAt) => {
    const policy = { maxConcurrency: 1, pauseFailures: 1, probeSpacingMs: 0 };
    const options = {
      destinationId: 'd',
      policy,
      maxQueued: 1,
      rateLimit: () => null,
      run: async () => {},
      now: () => NOW,
    };
    const it = new Lane(options, 3, 7);
    it.disabledReason = disabledReason;
    expect(toLaneState(it, NOW)).toEqual({
      destinationId: 'd',
      enabledEpoch: 3,
      consecutiveFailures: 7,
      disabledAt,
      updatedAt: NOW,
    });
  });
});
