import { describe, expect, it } from 'vitest';
import type { EgressFailure, EgressResponse, FailureReason } from '#egress';
import { countsAsFailure, toOutcome, type Outcome } from './outcome.ts';

const NOW = Date.UTC(2025, 5, 9, 12);
const ended = { durationMs: 5, timing: { sentMs: 1, respondedMs: 4 }, isResent: false };

function response(status: number, fields: Partial<EgressResponse> = {}): EgressResponse {
  const body = Buffer.alloc(0);
  return {
    ...ended,
    kind: 'response',
    status,
    headers: {},
    body,
    isTruncated: false,
    isComplete: true,
    ...fields,
  };
}

function failure(reason: FailureReason, fields: Partial<EgressFailure> = {}): EgressFailure {
  return { ...ended, kind: 'failure', reason, detail: 'x', wasSent: true, isOurs: false, ...fields };
}

describe('the outcome of an exchange', () => {
  it.each([200, 201, 202, 204, 206, 226, 299])('with status %i is delivered', (status) => {
    expect(toOutcome(response(status), NOW)).toEqual({ kind: 'delivered', status });
  });

  it.each([100, 199, 300, 301, 302, 304, 307, 308, 400, 401, 404, 410, 429, 500, 502, 503, 599, 999])(
    'with status %i is rejected',
    (status) => {
      expect(toOutcome(response(status), NOW)).toEqual({
        kind: 'rejected',
        status,
        retryAfterMs: undefined,
      });
    },
  );

  it('is delivered by a 2xx whose body stalled, was cut or was too long', () => {
    const broken = response(200, { isComplete: false, isTruncated: true });
    expect(toOutcome(broken, NOW)).toEqual({ kind: 'delivered', status: 200 });
  });

  it.each([
    ['3', 3_000],
    ['Mon, 09 Jun 2025 12:00:05 GMT', 5_000],
    ['garbage', undefined],
  ])('carries Retry-After %j of a refusal as %s ms', (value, retryAfterMs) => {
    const headers = { 'retry-after': value };
    expect(toOutcome(response(503, { headers }), NOW)).toMatchObject({ kind: 'rejected', retryAfterMs });
  });

  it.each(['dns', 'connect', 'tls', 'timeout', 'blocked', 'reset', 'protocol'] as const)(
    'without a status because of %s is unreachable, or our own fault when it is',
    (reason) => {
      expect(toOutcome(failure(reason), NOW)).toEqual({ kind: 'unreachable', reason });
      for (const wasSent of [true, false]) {
        expect(toOutcome(failure(reason, { isOurs: true, wasSent }), NOW)).toEqual({
          kind: 'interrupted',
          isFault: true,
          wasSent,
        });
      }
    },
  );

  it.each([true, false])('of a request that we cut, sent: %s, is interrupted and no fault', (wasSent) => {
    expect(toOutcome(failure('interrupted', { wasSent }), NOW)).toEqual({
      kind: 'interrupted',
      isFault: false,
      wasSent,
    });
  });
});

describe('towards disabling a destination', () => {
  const rejected = (status: number): Outcome => ({ kind: 'rejected', status, retryAfterMs: undefined });
  it.each<[Outcome, boolean]>([
    [{ kind: 'delivered', status: 200 }, false],
    [rejected(302), true],
    [rejected(400), true],
    [rejected(410), true],
    [rejected(429), false],
    [rejected(500), true],
    [rejected(503), true],
    [{ kind: 'rejected', status: 503, retryAfterMs: 5_000 }, true],
    [{ kind: 'rejected', status: 429, retryAfterMs: 5_000 }, false],
    [{ kind: 'rejected', status: 450, retryAfterMs: undefined, isPutOff: true }, false],
    [{ kind: 'rejected', status: 550, retryAfterMs: undefined, isFinal: true }, true],
    [{ kind: 'unreachable', reason: 'timeout' }, true],
    [{ kind: 'unreachable', reason: 'blocked' }, true],
    [{ kind: 'interrupted', isFault: false, wasSent: true }, false],
    [{ kind: 'interrupted', isFault: true, wasSent: false }, false],
  ])('%j counts: %s', (outcome, counts) => {
    expect(countsAsFailure(outcome)).toBe(counts);
  });
});
