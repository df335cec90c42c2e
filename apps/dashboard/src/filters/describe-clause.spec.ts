import { expect, it } from 'vitest';
import { describeClause } from './describe-clause.ts';

const value = { expression: 'data.revenue', isMissing: false, value: 42 as unknown };
const clause = { expression: 'data.revenue > 100', result: false, problem: null, values: [value] };

it.each([
  [clause, 'data.revenue > 100 is false: data.revenue is 42'],
  [{ ...clause, result: true, values: [] }, 'data.revenue > 100 is true'],
  [
    { ...clause, values: [{ ...value, expression: 'data.currency', value: 'EUR' }, value] },
    'data.revenue > 100 is false: data.currency is "EUR", data.revenue is 42',
  ],
  [
    {
      ...clause,
      result: null,
      problem: 'no such field',
      values: [{ ...value, isMissing: true, value: null }],
    },
    'data.revenue > 100 has no answer (no such field): data.revenue is missing',
  ],
])('%o is told as %s', (told, sentence) => {
  expect(describeClause(told)).toBe(sentence);
});
