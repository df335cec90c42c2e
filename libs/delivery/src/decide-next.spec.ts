import { describe, expect, it } from 'vitest';
import { createTopics } from '#kafka';
import { decideNext } from './decide-next.ts';
import type { Outcome } from './outcome.ts';

const NOW = 1_750_000_000_000;
const MINUTE = 60_000;
const LADDER = [
  { name: '1m', ms: MINUTE },
  { name: '5m', ms: 5 * MINUTE },
  { name: '15m', ms: 15 * MINUTE },
  { name: '1h', ms: 60 * MINUTE },
];
const topics = createTopics('t.', LADDER).webhook;
const root = 't.hub.deliveries.webhook';

function next(outcome: Outcome, attempt: number, uncounted = 0) {
  return decideNext(outcome, { attempt, uncounted }, topics, NOW);
}

const retry = (name: string) => ({
  kind: 'retry',
  topic: `${root}.retry.${name}`,
  dueAtMs: NOW + (LADDER.find((rung) => rung.name === name)?.ms ?? Number.NaN),
});
const exhausted = { kind: 'dead', topic: `${root}.dead`, reason: 'exhausted' };
const rejected = (status: number, retryAfterMs?: number): Outcome => ({
  kind: 'rejected',
  status,
  retryAfterMs,
});

const failures: Outcome[] = [
  rejected(301),
  rejected(400),
  rejected(429),
  rejected(500),
  rejected(503, 0),
  ...(['dns', 'connect', 'tls', 'timeout', 'blocked', 'reset', 'protocol'] as const).map(
    (reason): Outcome => ({ kind: 'unreachable', reason }),
  ),
];

describe('after an attempt', () => {
  it.each([1, 2, 3, 4, 5, 6])('number %i that delivered there is nothing more to do', (attempt) => {
    expect(next({ kind: 'delivered', status: 204 }, attempt)).toEqual({ kind: 'done' });
  });

  it.each([1, 2, 3, 4, 5, 6])('number %i that was interrupted it is sent again, however many', (attempt) => {
    for (const isFault of [true, false]) {
      const outcome: Outcome = { kind: 'interrupted', isFault, wasSent: true };
      expect(next(outcome, attempt)).toEqual({ kind: 'again', topic: `${root}.deferred` });
    }
  });

  it.each(failures)('that ended in $kind $status$reason the ladder is climbed rung by rung', (outcome) => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => next(outcome, attempt))).toEqual([
      retry('1m'),
      retry('5m'),
      retry('15m'),
      retry('1h'),
      exhausted,
      exhausted,
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6])('number %i that met 410 the delivery is dead at once', (attempt) => {
    const gone = { kind: 'dead', topic: `${root}.dead`, reason: 'gone' };
    expect(next(rejected(410), attempt)).toEqual(gone);
    expect(next(rejected(410, MINUTE), attempt)).toEqual(gone);
  });

  it('that was refused for good the delivery is dead at once', () => {
    const refused = { kind: 'dead', topic: `${root}.dead`, reason: 'refused' };
    expect(next({ kind: 'rejected', status: 550, retryAfterMs: undefined, isFinal: true }, 1)).toEqual(
      refused,
    );
    expect(next({ kind: 'rejected', status: 550, retryAfterMs: undefined, isFinal: false }, 1)).toEqual(
      retry('1m'),
    );
  });

  it.each([
    [2, 1, '1m'],
    [3, 2, '1m'],
    [3, 1, '5m'],
    [6, 2, '1h'],
    [6, 3, '15m'],
    [9, 8, '1m'],
  ])(
    'number %i, %i of them uncounted, it waits %s: interruptions climb no rung',
    (attempt, uncounted, name) => {
      expect(next(rejected(500), attempt, uncounted)).toEqual(retry(name));
    },
  );

  it.each([
    [5, 0],
    [6, 1],
    [12, 7],
  ])('number %i, %i of them uncounted, it is exhausted', (attempt, uncounted) => {
    expect(next(rejected(500), attempt, uncounted)).toEqual(exhausted);
  });
});

describe('Retry-After', () => {
  it.each([
    ['below the next rung changes nothing', 1, MINUTE - 1, '1m'],
    ['as long as the next rung takes it', 1, MINUTE, '1m'],
    ['between two rungs takes the higher one', 1, MINUTE + 1, '5m'],
    ['skips as many rungs as it needs', 1, 16 * MINUTE, '1h'],
    ['never sends a delivery down the ladder', 3, 1, '15m'],
    ['beyond the last rung takes the last one, since the ladder is never exceeded', 1, 90 * MINUTE, '1h'],
    ['of days takes the last rung', 2, 999_999_999_000, '1h'],
  ])('%s', (_, attempt, retryAfterMs, name) => {
    for (const status of [429, 500, 503])
      expect(next(rejected(status, retryAfterMs), attempt)).toEqual(retry(name));
  });

  it('gives no attempt more than the ladder has', () => {
    expect(next(rejected(429, MINUTE), 5)).toEqual(exhausted);
  });
});

describe('without a ladder', () => {
  it('the first failure is the last', () => {
    const none = createTopics('', []).webhook;
    expect(decideNext(rejected(500), { attempt: 1, uncounted: 0 }, none, NOW)).toMatchObject({
      kind: 'dead',
      reason: 'exhausted',
    });
  });
});
