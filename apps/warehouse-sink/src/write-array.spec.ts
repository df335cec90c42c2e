import { describe, expect, it } from 'vitest';
import { arrayOf, writeArray } from './write-array.ts';

describe('a column as one text', () => {
  it.each([
    [
      'text',
      ['a', null, 'NULL', '', 'say "hi"', 'c:\\', '{1,2}', 'line\nbreak'],
      String.raw`{"a",NULL,"NULL","","say \"hi\"","c:\\","{1,2}",` + '"line\nbreak"}',
    ],
    ['uuid', ['5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e'], '{"5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e"}'],
    ['integer', [1, null, -7], '{1,NULL,-7}'],
    ['double', [1.5, 1e21, 5e-324], '{1.5,1e+21,5e-324}'],
    ['boolean', [true, false, null], '{true,false,NULL}'],
    ['json', ['{"a":"\\"\\u001f"}', null, '[]'], '{"a":"\\"\\u001f"}\u001f\u001f[]'],
    ['text', [], '{}'],
  ] as const)('of %s', (kind, values, expected) => {
    expect(writeArray(kind, values)).toBe(expected);
  });

  it('is told to PostgreSQL by its type', () => {
    expect(arrayOf('timestamp', 3)).toBe('$3::double precision[]');
    expect(arrayOf('json', 7)).toBe(String.raw`string_to_array($7, E'\x1f', '')`);
  });
});
