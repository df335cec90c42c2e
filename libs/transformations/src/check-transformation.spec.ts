import { expect, it } from 'vitest';
import { checkTransformation, referencesOf } from './check-transformation.ts';

it.each([
  '$',
  '{ "amount": data.revenue }',
  '$merge([$, { "source": "hub" }])',
  'data.variants[isControl].{ "key": variantKey }',
])('takes %s', (expression) => {
  expect(checkTransformation(expression)).toBeUndefined();
});

it.each([
  ['{ "a": }', /must be a JSONata expression: .*"}".* \(character 8\)/],
  ['data.', /must be a JSONata expression: .*\(character 5\)/],
  ['{ "a": $random() }', /must not use \$random: the same event .*\(character 14\)/],
  ['{ "a": $now() }', /must not use \$now: .*createdAt/],
  ['$map(data.x, $millis)', /must not use \$millis/],
  ['$eval("$" & "random()")', /must not use \$eval/],
  ['a'.repeat(4_001), /must be at most 4000 characters long/],
  ['('.repeat(3_999), /must be a JSONata expression/],
])('refuses %.40s', (expression, rule) => {
  expect(checkTransformation(expression)).toMatch(rule);
});

it('tells which fields an expression names', () => {
  expect(
    referencesOf('{ "a": data.revenue, "b": data.payload.plan & type, "c": data.variants[weight > 1].name }'),
  ).toEqual(
    expect.arrayContaining(['data.revenue', 'data.payload.plan', 'type', 'data.variants.name', 'weight']),
  );
});
