import { describe, expect, it } from 'vitest';
import { findCanaries } from './canaries.ts';

const canary = { name: 'the key', value: 'canary/ü+9f3' };
const find = (bytes: Buffer | string) => findCanaries([canary], [{ name: 'x', bytes: Buffer.from(bytes) }]);
const [before, after] = ['something ', ' else'];

describe('a canary', () => {
  it.each([
    ['text', canary.value],
    ['JSON', JSON.stringify({ a: canary.value })],
    ['percent encoding', `https://example.com/?key=${encodeURIComponent(canary.value)}&x`],
    ['hex', `\\x00${Buffer.from(canary.value).toString('hex')}00`],
    ['UTF-16', Buffer.from(`${before}${canary.value}`, 'utf16le')],
  ])('is found as %s', (_, bytes) => {
    expect(find(bytes)).toHaveLength(1);
  });

  it.each(['', 'a', 'ab', 'abc', 'abcd'])('is found in base64 behind "%s"', (start) => {
    for (const end of ['', 'z', 'zy', 'zyx'])
      for (const encoding of ['base64', 'base64url'] as const) {
        const bytes = Buffer.from(`${start}${canary.value}${end}`).toString(encoding);
        expect(find(bytes), `${encoding} before "${end}"`).toHaveLength(1);
      }
  });

  it('is told with what it is, where it is and how', () => {
    const bytes = Buffer.from(`${before}${canary.value}${after}`);
    expect(findCanaries([canary], [{ name: 'topic a', bytes }])).toEqual([
      { canary: 'the key', place: 'topic a', as: 'text' },
    ]);
  });

  it('is no leak where it may be, nor where it is not', () => {
    expect(find(`${before}${after}`)).toEqual([]);
    const bytes = Buffer.from(canary.value);
    expect(findCanaries([{ ...canary, mayBeIn: /^topic a$/ }], [{ name: 'topic a', bytes }])).toEqual([]);
    expect(findCanaries([{ ...canary, mayBeIn: /^topic a$/ }], [{ name: 'topic b', bytes }])).toHaveLength(1);
  });
});
