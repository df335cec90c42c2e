import { findEventType, type EventType } from '#events';
import { describe, expect, it } from 'vitest';
import { Filter } from './filter.ts';
import type { FilteredEvent } from './filtered-event.ts';

function event(data: Record<string, unknown> = {}, type: EventType = 'experiment.conversion'): FilteredEvent {
  return {
    id: '0197a1b2-0000-7000-8000-0000000000e1',
    type,
    projectId: '0197a1b2-0000-7000-8000-0000000000b1',
    tenantId: '0197a1b2-0000-7000-8000-0000000000a1',
    createdAt: '2025-06-09T12:00:00.000Z',
    data: { ...findEventType(type)?.example, ...data },
  };
}

const kindOf = (expression: string, of = event()) => new Filter(expression).judge(of).kind;
const purchase = event({
  revenue: 120,
  currency: 'EUR',
  payload: { plan: 'pro', seats: 3, tags: ['a', 'b'] },
});

describe('a filter matches', () => {
  it.each([
    ['by type', 'type == "experiment.conversion"'],
    ['by a number, whole or not', 'data.revenue > 100 && data.revenue == 120 && data.revenue < 120.5'],
    ['by one of several', 'data.currency in ["EUR", "CHF"]'],
    ['by a part of a text', 'data.url.contains("/") && data.currency.startsWith("E")'],
    ['by free JSON', 'data.payload.plan == "pro" && data.payload.seats >= 3'],
    ['by an item of a list', 'data.payload.tags.exists(tag, tag == "b")'],
    ['by time', 'createdAt > timestamp("2025-01-01T00:00:00Z") && createdAt.getHours() == 12'],
    ['by what is there', 'has(data.revenue) && !has(data.payload.coupon)'],
    ['by project', 'projectId == "0197a1b2-0000-7000-8000-0000000000b1"'],
    ['with a comment at its end', 'data.revenue > 100 // the large ones'],
  ])('%s', (_, expression) => {
    expect(kindOf(expression, purchase)).toBe('matched');
    expect(kindOf(`!(${expression}\n)`, purchase)).toBe('unmatched');
  });

  it('whole numbers, lists of records and times in data', () => {
    const created = event({}, 'experiment.created');
    expect(kindOf('data.variants.exists(v, v.isControl) && size(data.variants) % 2 == 0', created)).toBe(
      'matched',
    );
    expect(kindOf('data.variants[0].name != ""', created)).toBe('matched');
    const answered = event({ score: 2, submittedAt: '2025-06-09T11:59:00Z' }, 'ces.response_created');
    expect(kindOf('data.score <= 2 && data.score * 2 == 4 && data.submittedAt < createdAt', answered)).toBe(
      'matched',
    );
  });

  it('the same, whether an event comes from Kafka or out of a stored body', () => {
    const { data } = event(
      { score: 2, comment: null, submittedAt: 1_749_470_340_000 },
      'ces.response_created',
    );
    const fromKafka = { ...event({}, 'ces.response_created'), createdAt: 1_749_470_400_000, data };
    expect(kindOf('data.submittedAt < createdAt && !has(data.comment)', fromKafka)).toBe('matched');
  });
});

describe('a filter fails, which is not a match', () => {
  it.each([
    ['where a field is missing', 'data.payload.coupon == "x"', 'No such key: coupon'],
    ['where free JSON is of another type', 'data.payload.plan > 3', 'no such overload'],
    ['on what is neither true nor false', 'data.payload.plan', 'neither true nor false'],
    ['on a field of JavaScript', 'data.payload.__proto__ == 1', 'No such key'],
    ['when it cannot be compiled', 'data.', 'Expected IDENTIFIER'],
  ])('%s', (_, expression, reason) => {
    expect(new Filter(expression).judge(purchase)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('only when nothing else decides', () => {
    expect(kindOf('data.payload.coupon == "x" || data.revenue > 100', purchase)).toBe('matched');
    expect(kindOf('data.payload.coupon == "x" && data.revenue > 200', purchase)).toBe('unmatched');
  });

  it('reads fields that JavaScript keeps for itself as what they are', () => {
    const odd = event({ payload: { constructor: 'x', toString: 1 } });
    expect(kindOf('data.payload.constructor == "x"', odd)).toBe('matched');
    expect(kindOf('data.payload.hasOwnProperty == "x"', odd)).toBe('failed');
  });
});

describe('a filter that would take long is ended', () => {
  const words = Array.from({ length: 4_000 }, (_, index) => `w${index}`);
  const huge = event({ payload: { words }, url: `https://shop.example/${'a'.repeat(400_000)}` });
  it.each([
    ['a loop in a loop', 'data.payload.words.all(a, data.payload.words.all(b, a != b || true))'],
    [
      'three loops',
      'data.payload.words.exists(a, data.payload.words.exists(b, data.payload.words.exists(c, false)))',
    ],
    ['a long text searched again and again', 'data.payload.words.exists(w, data.url.contains(w + "b"))'],
    ['everything compared with everything', 'data.payload.words.exists(w, data.payload != data.payload)'],
    ['zones', 'data.payload.words.exists(w, createdAt.getHours("America/New_York") == 99)'],
    ['an error in each turn', 'data.payload.words.exists(w, data.payload.words.exists(x, x.y == 1)) || true'],
    ['growing texts', 'data.payload.words.map(w, data.url + data.url).exists(u, u.contains("zz"))'],
  ])('%s', (_, expression) => {
    const filter = new Filter(expression);
    filter.judge(huge);
    const startedAt = performance.now();
    const verdict = filter.judge(huge);
    const tookMs = performance.now() - startedAt;
    expect(verdict).toEqual({ kind: 'failed', reason: 'the expression takes too long on this event' });
    expect(tookMs).toBeLessThan(250);
  });

  it('and one that goes over a list once is not', () => {
    expect(kindOf('data.payload.words.exists(w, w == "w3999")', huge)).toBe('matched');
    expect(kindOf('data.url.contains("zz") || data.url.size() > 100', huge)).toBe('matched');
  });
});
