import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { explainIssues } from './explain-issues.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  types: z.array(z.string().max(3)).min(1).max(2).optional(),
  kind: z.enum(['a', 'b']).optional(),
  id: z.uuid().optional(),
  rate: z.number().positive().optional(),
  at: z.iso.datetime({ offset: true }).optional(),
  limit: z.int().max(10).optional(),
});

const cases: [string, unknown, { field: string; rule: string }[]][] = [
  ['a missing field', {}, [{ field: 'name', rule: 'is required' }]],
  ['a wrong type', { name: 7 }, [{ field: 'name', rule: 'must be a string' }]],
  ['an empty text', { name: '' }, [{ field: 'name', rule: 'must be at least 1 character long' }]],
  ['an unknown field', { name: 'x', nmae: 'y' }, [{ field: 'nmae', rule: 'is not a known field' }]],
  [
    'an item',
    { name: 'x', types: ['a', 'long'] },
    [{ field: 'types[1]', rule: 'must be at most 3 characters long' }],
  ],
  [
    'an empty list',
    { name: 'x', types: [] },
    [{ field: 'types', rule: 'must be a list of at least 1 item' }],
  ],
  ['a value outside a set', { name: 'x', kind: 'c' }, [{ field: 'kind', rule: 'must be one of a, b' }]],
  ['a bad id', { name: 'x', id: '1' }, [{ field: 'id', rule: 'must be a UUID' }]],
  [
    'a time',
    { name: 'x', at: 'now' },
    [{ field: 'at', rule: 'must be an ISO 8601 time with a zone, such as 2025-06-09T12:00:00Z' }],
  ],
  ['a number too large', { name: 'x', limit: 11 }, [{ field: 'limit', rule: 'must be at most 10' }]],
  ['a fraction', { name: 'x', limit: 1.5 }, [{ field: 'limit', rule: 'must be a whole number' }]],
  ['a list for a body', [], [{ field: 'body', rule: 'must be a JSON object' }]],
  [
    'several at once',
    { name: '', rate: 0 },
    [
      { field: 'name', rule: 'must be at least 1 character long' },
      { field: 'rate', rule: 'must be more than 0' },
    ],
  ],
];

describe('an explanation of a bad request', () => {
  it.each(cases)('names the field and the rule of %s', (_, input, expected) => {
    expect(explainIssues(schema.safeParse(input).error?.issues ?? [])).toEqual(expected);
  });
});
