import { expect, it } from 'vitest';
import { matchesEventType, validateEventTypePatterns } from './event-patterns.ts';

it.each([
  [['*'], 'experiment.created', true],
  [['experiment.*'], 'experiment.created', true],
  [['experiment.created'], 'experiment.created', true],
  [['ces.*', 'usage.limit_reached'], 'usage.limit_reached', true],
  [['experiment.*'], 'feature_flag.created', false],
  [['experiment.create'], 'experiment.created', false],
  [['exp*'], 'experiment.created', false],
  [['experiment'], 'experiment.created', false],
  [['.*'], 'experiment.created', false],
  [['experiment.created.*'], 'experiment.created', false],
  [[''], 'experiment.created', false],
  [[], 'experiment.created', false],
])('%j takes %s: %s', (patterns, type, expected) => {
  expect(matchesEventType(patterns, type)).toBe(expected);
});

it('names the patterns that nothing matches, and where they stand', () => {
  expect(validateEventTypePatterns(['*', 'experiment.*', 'webhook.test'])).toEqual([]);
  expect(validateEventTypePatterns(['*', 'experiments.*', '', 'Experiment.created'])).toEqual([
    { index: 1, rule: expect.stringContaining('"experiments.*"') },
    { index: 2, rule: expect.stringContaining('""') },
    { index: 3, rule: expect.stringContaining('"Experiment.created"') },
  ]);
});
