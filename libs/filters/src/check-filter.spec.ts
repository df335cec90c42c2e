import { describe, expect, it } from 'vitest';
import { checkFilter } from './check-filter.ts';

const CONVERSION = ['experiment.conversion'];

describe('checkFilter', () => {
  it.each([
    ['data.revenue > 100', CONVERSION],
    ['data.revenue == 100 && type == "experiment.conversion"', CONVERSION],
    ['data.payload.plan == "pro"', CONVERSION],
    ['data.variants.exists(v, v.isControl && v.weight > 50)', ['experiment.created']],
    ['has(data.revenue) && data.revenue > 100 || type == "experiment.created"', ['experiment.*']],
    ['data.surveyId == "a" || data.experimentKey == "b"', ['*']],
    ['data.destinationId != ""', ['webhook.disabled']],
    ['data.score <= 2 // unhappy', ['ces.response_created']],
  ])('takes %s', (expression, eventTypes) => {
    expect(checkFilter(expression, eventTypes)).toBeUndefined();
  });

  it.each<[string, string | RegExp]>([
    ['data.revenu > 100', 'must be a CEL expression: no such key: revenu (character 6)'],
    ['data.score > 1', 'must be a CEL expression: no such key: score (character 6)'],
    ['data.revenue >', 'must be a CEL expression: unexpected token: EOF (character 15)'],
    ['revenue > 100', 'must be a CEL expression: unknown variable: revenue (character 1)'],
    ['data.currency > 5', 'must be a CEL expression: no such overload: string > int (character 1)'],
    ['createdAt == "x"', 'must be a CEL expression: no such overload: timestamp == string (character 1)'],
    ['data.revenue', 'must be true or false, and is of type double'],
    [
      'true && data.url.matches("(a+)+$")',
      'must not use matches: say it with contains, startsWith or endsWith (character 9)',
    ],
    // Both would end the call that the expression is put into.
    ['type == "a") || (true', "must be a CEL expression: unexpected character: ')' (character 12)"],
    ['true, cel', "must be a CEL expression: unexpected character: ',' (character 5)"],
    [`${'('.repeat(40)}true${')'.repeat(40)}`, /exceeded maxDepth \(32\)/],
    [`data.revenue in [${'1.0, '.repeat(120)}2.0]`, /exceeded maxListElements \(100\)/],
    [`${'true || '.repeat(200)}true`, /exceeded maxAstNodes \(300\)/],
    ['a'.repeat(2_001), 'must be at most 2000 characters long'],
  ])('refuses %.60s', (expression, rule) => {
    const problem = checkFilter(expression, CONVERSION);
    if (typeof rule === 'string') expect(problem?.rule).toBe(rule);
    else expect(problem?.rule).toMatch(rule);
  });
});
