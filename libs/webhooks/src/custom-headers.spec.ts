import { describe, expect, it } from 'vitest';
import { brokenNameRule, brokenValueRule, MASKED } from './index.ts';

describe('the name of a custom header', () => {
  it.each(['Authorization', 'X-Api-Key', 'cookie', 'x_tenant', 'X-Tto', 'traceparent', 'X-Content-Of-Mine'])(
    'may be %s',
    (name) => expect(brokenNameRule(name)).toBeUndefined(),
  );

  it.each([
    ...['X-Ttoolab-Signature', 'x-ttoolab-anything', 'X-TTOOLAB-', 'Webhook-Id', 'webhook-signature'],
    ...['Content-Type', 'content-length', 'Content-Encoding', 'Host', 'USER-AGENT', 'Accept-Encoding'],
    ...['Connection', 'Keep-Alive', 'Proxy-Authorization', 'Proxy-Connection', 'TE', 'Trailer'],
    ...['Transfer-Encoding', 'Upgrade', 'Expect', 'HTTP2-Settings', 'Sec-Fetch-Mode', 'Date'],
  ])('may not be %s, which is not the user’s', (name) => expect(brokenNameRule(name)).toMatch(/is set by/));

  it.each([
    '',
    ' ',
    'x y',
    'x:',
    ':path',
    'x\r\nhost',
    'x\0',
    'Ünicode',
    'x-１',
    '__proto__',
    '-x',
    'a,b',
    '"a"',
  ])('may not be %j, which is no token', (name) => expect(brokenNameRule(name)).toMatch(/letters, digits/));

  it('has at most 100 characters', () => {
    expect(brokenNameRule('a'.repeat(100))).toBeUndefined();
    expect(brokenNameRule('a'.repeat(101))).toMatch(/100/);
  });
});

describe('the value of a custom header', () => {
  it.each(['a', 'Bearer abc', 'a b;c="d"', '~', 'x'.repeat(1_024)])('may be %.20j', (value) =>
    expect(brokenValueRule(value)).toBeUndefined(),
  );

  it.each([
    '',
    ' ',
    ' a',
    'a ',
    'a\tb',
    'a\r\nx-evil: 1',
    'a\nb',
    'a\0b',
    'é',
    '🎉',
    '\u007f',
    'x'.repeat(1_025),
    MASKED,
  ])('may not be %.20j', (value) => expect(brokenValueRule(value)).toMatch(/^must be/));
});
