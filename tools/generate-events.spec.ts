import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generate, inline, type AvroNode } from './generate-events.ts';

describe('generate', () => {
  it.each([...generate()])('%s is fresh; otherwise run `npm run generate`', (path, text) => {
    expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
  });

  it.each([
    ['"string"', 'string'],
    ['["null", "double"]', 'number | null'],
    ['{ "type": "array", "items": ["null", "string"] }', '(string | null)[]'],
    ['{ "type": "map", "values": "bytes" }', 'Record<string, Buffer>'],
    ['{ "type": "long", "logicalType": "timestamp-millis" }', 'TimestampMs'],
    ['{ "type": "string", "logicalType": "json" }', 'JsonObject'],
    ['{ "type": "enum", "name": "Kind", "symbols": ["a", "b"] }', 'Kind'],
    ['{ "type": "string" }', 'string'],
    ['"x.Inner"', 'Inner'],
  ])('turns %s into %s', (type, expected) => {
    const record = node('Outer', type);
    const types = generate(new Map([['x.Outer', record]])).get('libs/events/src/generated.ts');
    expect(types).toContain(`  field: ${expected};`);
  });
});

describe('inline', () => {
  it('puts a named type in at its first use only', () => {
    const inner = node('Inner', '"string"');
    const outer: AvroNode = {
      ...node('Outer', '"x.Inner"'),
      fields: [
        { name: 'first', type: 'x.Inner' },
        { name: 'second', type: { type: 'array', items: 'x.Inner' } },
      ],
    };
    const { fields } = inline(outer, new Map([['x.Inner', inner]]));
    expect(fields?.[0]?.type).toEqual(inner);
    expect(fields?.[1]?.type).toEqual({ type: 'array', items: 'x.Inner' });
  });
});

function node(name: string, type: string): AvroNode {
  return { type: 'record', namespace: 'x', name, fields: [{ name: 'field', type: JSON.parse(type) }] };
}
