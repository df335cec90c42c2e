import { expect, it } from 'vitest';
import { expectedSeconds } from './expected-seconds.ts';

const LIMITS = { rate: 200, slots: 16 };

it.each([
  ['nothing takes no time', 0, { rateLimit: null, attemptMs: null }, 0],
  ['the hub’s own rate', 1_000, { rateLimit: null, attemptMs: null }, 5],
  ['the webhook’s rate limit', 1_000, { rateLimit: 10, attemptMs: 5 }, 100],
  ['how long it takes to answer', 1_000, { rateLimit: null, attemptMs: 2_000 }, 125],
  ['answers in no time at all', 1_000, { rateLimit: null, attemptMs: 0 }, 5],
])('the expected time follows %s', (_, count, pace, seconds) => {
  expect(expectedSeconds(count, pace, LIMITS)).toBe(seconds);
});
