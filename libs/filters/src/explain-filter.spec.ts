import { findEventType } from '#events';
import { expect, it } from 'vitest';
import { explainFilter } from './explain-filter.ts';

const event = {
  id: '0197a1b2-0000-7000-8000-0000000000e1',
  type: 'experiment.conversion',
  projectId: '0197a1b2-0000-7000-8000-0000000000b1',
  tenantId: '0197a1b2-0000-7000-8000-0000000000a1',
  createdAt: '2025-06-09T12:00:00.000Z',
  data: {
    ...findEventType('experiment.conversion')?.example,
    revenue: 42,
    currency: 'EUR',
    payload: { plan: 'pro', tags: ['a', 'b'] },
  },
};

const clausesOf = (filter: string) =>
  explainFilter(filter, event).clauses.map(({ expression, result }) => [expression, result]);

it('names the clause that was false, with the value that it saw', () => {
  expect(explainFilter('data.revenue > 100 && data.currency == "EUR"', event)).toEqual({
    isMatch: false,
    problem: null,
    clauses: [
      {
        expression: 'data.revenue > 100',
        result: false,
        problem: null,
        values: [{ expression: 'data.revenue', isMissing: false, value: 42 }],
      },
    ],
  });
});

it.each([
  [
    'all that are false',
    'data.revenue > 100 && data.currency == "CHF"',
    ['data.revenue > 100', 'data.currency == "CHF"'],
  ],
  [
    'both sides of an ||',
    'data.revenue > 100 || data.currency == "CHF"',
    ['data.revenue > 100', 'data.currency == "CHF"'],
  ],
  ['what an ! turned', '!(data.currency == "EUR" || data.revenue > 100)', ['data.currency == "EUR"']],
  ['deep ones', '(data.revenue > 1 && (data.revenue > 2 && data.revenue > 50))', ['data.revenue > 50']],
  ['the one that matched', 'data.revenue > 100 || data.currency == "EUR"', ['data.currency == "EUR"']],
  [
    'all, when all had to',
    'data.revenue > 1 && data.currency == "EUR"',
    ['data.revenue > 1', 'data.currency == "EUR"'],
  ],
  ['the one without an answer', 'data.revenue > 1 && data.payload.seats > 3', ['data.payload.seats > 3']],
  [
    'not the one that a check made harmless',
    'has(data.goalType) && data.payload.seats > 3',
    ['data.payload.seats > 3'],
  ],
])('names %s', (_, filter, expected) => {
  expect(clausesOf(filter).map(([expression]) => expression)).toEqual(expected);
});

it('says what was missing', () => {
  const { isMatch, problem, clauses } = explainFilter('data.payload.seats > 3', event);
  expect({ isMatch, problem }).toEqual({ isMatch: false, problem: 'No such key: seats' });
  expect(clauses[0]).toMatchObject({
    result: null,
    problem: 'No such key: seats',
    values: [{ expression: 'data.payload.seats', isMissing: true, value: null }],
  });
});

it.each([
  ['size(data.payload.tags) > 2', { 'data.payload.tags': ['a', 'b'], 'size(data.payload.tags)': 2 }],
  ['data.payload.tags.exists(tag, tag == "c")', { 'data.payload.tags': ['a', 'b'] }],
  ['createdAt.getHours() == 3', { createdAt: '2025-06-09T12:00:00.000Z', 'createdAt.getHours()': 12 }],
  ['type in ["a", "b"]', { type: 'experiment.conversion' }],
  ['data.payload["plan"] == "free"', { 'data.payload["plan"]': 'pro' }],
])('shows what %s saw', (filter, expected) => {
  const [clause] = explainFilter(filter, event).clauses;
  expect(
    Object.fromEntries(clause?.values.map(({ expression, value }) => [expression, value]) ?? []),
  ).toEqual(expected);
});

it('cuts long values', () => {
  const long = { ...event, data: { ...event.data, url: 'u'.repeat(5_000) } };
  const [clause] = explainFilter('data.url == "x"', long).clauses;
  expect(String(clause?.values[0]?.value).length).toBeLessThan(220);
});

it('takes no longer than a few evaluations, and never throws', () => {
  const words = Array.from({ length: 9_000 }, (_, index) => `w${index}`);
  const huge = { ...event, data: { ...event.data, payload: { words } } };
  const clause = 'data.payload.words.all(a, data.payload.words.all(b, a != b || true))';
  const startedAt = performance.now();
  const { isMatch } = explainFilter(Array.from({ length: 10 }, () => clause).join(' && '), huge);
  expect(isMatch).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(explainFilter('data.', event)).toMatchObject({ isMatch: false, clauses: [] });
});
