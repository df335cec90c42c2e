import { describe, expect, it } from 'vitest';
import type { EventType } from '../api/types.ts';
import { groupTypes, matches, toggleGroup, toggleType } from './event-patterns.ts';

const typed = (type: string): EventType => ({
  type,
  description: '',
  schema: '',
  isNews: false,
  schemaVersion: null,
  fields: [],
  example: {},
});
const types = ['experiment.started', 'experiment.paused', 'ces.response_created', 'webhook.test'].map(typed);

describe('groupTypes', () => {
  it('groups by what stands before the dot and leaves tests out', () => {
    expect(groupTypes(types).map(({ pattern, types: own }) => [pattern, own.length])).toEqual([
      ['experiment.*', 2],
      ['ces.*', 1],
    ]);
  });
});

describe('matches', () => {
  it.each([
    [['*'], 'ces.response_created', true],
    [['experiment.*'], 'experiment.started', true],
    [['experiment.*'], 'experiments.started', false],
    [['experiment.paused'], 'experiment.started', false],
    [[], 'experiment.started', false],
  ])('%j and %s: %s', (patterns, type, expected) => {
    expect(matches(patterns, type)).toBe(expected);
  });
});

describe('choosing', () => {
  const [group] = groupTypes(types);
  it('a group takes the place of its single types', () => {
    expect(group && toggleGroup(['experiment.paused', 'ces.*'], group)).toEqual(['ces.*', 'experiment.*']);
    expect(group && toggleGroup(['ces.*', 'experiment.*'], group)).toEqual(['ces.*']);
  });

  it('a type goes on and off', () => {
    expect(toggleType([], 'a.b')).toEqual(['a.b']);
    expect(toggleType(['a.b', 'c.d'], 'a.b')).toEqual(['c.d']);
  });
});
