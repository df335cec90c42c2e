import { describe, expect, it } from 'vitest';
import { checkSchemas } from './check-schemas.ts';
import { readSchemas, type AvroNode } from './generate-events.ts';

const text = { name: 'text', type: 'string' };

function schemas(...fields: NonNullable<AvroNode['fields']>): Map<string, AvroNode> {
  return new Map([['x.R', { type: 'record', name: 'R', namespace: 'x', fields }]]);
}

describe('checkSchemas', () => {
  it('lets the schemas of now read themselves', () => {
    expect(checkSchemas(readSchemas(), readSchemas())).toEqual([]);
  });

  it.each([
    [
      'a field with a default is added',
      schemas(text),
      schemas(text, { name: 'more', type: 'int', default: 0 }),
    ],
    ['a field is removed', schemas(text, { name: 'more', type: 'int' }), schemas(text)],
    ['an int becomes a long', schemas({ name: 'n', type: 'int' }), schemas({ name: 'n', type: 'long' })],
    ['a field becomes optional', schemas(text), schemas({ ...text, type: ['null', 'string'] })],
    ['a doc changes', schemas(text), schemas({ ...text, doc: 'Other words.' })],
    ['a record is new', new Map(), schemas(text)],
  ])('accepts that %s', (_case, before, next) => {
    expect(checkSchemas(before, next)).toEqual([]);
  });

  it.each([
    ['a field without a default is added', schemas(text), schemas(text, { name: 'more', type: 'int' })],
    ['a field is renamed', schemas(text), schemas({ ...text, name: 'words' })],
    ['a type changes', schemas(text), schemas({ ...text, type: 'int' })],
    ['a long becomes an int', schemas({ name: 'n', type: 'long' }), schemas({ name: 'n', type: 'int' })],
    ['a record goes', schemas(text), new Map()],
  ])('refuses that %s, naming the record', (_case, before, next) => {
    expect(checkSchemas(before, next)).toEqual([expect.stringContaining('x.R')]);
  });

  it('sees a change in a type that the record refers to', () => {
    const outer: AvroNode = {
      type: 'record',
      name: 'Outer',
      namespace: 'x',
      fields: [{ name: 'r', type: 'x.R' }],
    };
    const before = new Map([...schemas(text), ['x.Outer', outer] as const]);
    const next = new Map([...schemas({ ...text, type: 'int' }), ['x.Outer', outer] as const]);
    expect(checkSchemas(before, next)).toHaveLength(2);
  });
});
