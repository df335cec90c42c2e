import { expect, it } from 'vitest';
import { explainPause } from './explain-pause.ts';

it.each([
  ['consecutive_failures', 'Too many attempts in a row failed'],
  ['gone', 'Its endpoint answered 410 Gone, which asks for nothing more'],
  ['disabled by hand', 'Somebody disabled it'],
  ['everyone unsubscribed', 'everyone unsubscribed'],
  [null, 'It is disabled'],
])('the reason %j reads: %s', (reason, sentence) => {
  expect(explainPause(reason)).toBe(sentence);
});
