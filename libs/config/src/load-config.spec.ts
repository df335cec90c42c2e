import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { loadConfig } from './index.ts';
import { SAMPLE_MASTER_KEY } from './master-key.ts';

const key = () => randomBytes(32).toString('base64');
const problemsOf = (env: Record<string, string>) => {
  try {
    loadConfig(['secrets'], env);
    return '';
  } catch (error) {
    return String(error);
  }
};

describe('MASTER_KEY', () => {
  it.each([
    ['missing', {}, /must be set/],
    ['empty', { MASTER_KEY: '' }, /must be set/],
    ['too short', { MASTER_KEY: randomBytes(16).toString('base64') }, /exactly 32 bytes/],
    ['too long', { MASTER_KEY: randomBytes(33).toString('base64') }, /exactly 32 bytes/],
    ['not base64', { MASTER_KEY: 'hunter2' }, /exactly 32 bytes/],
  ])('is refused when it is %s, in production and out of it', (_, env: Record<string, string>, rule) => {
    expect(problemsOf(env)).toMatch(rule);
    expect(problemsOf({ ...env, NODE_ENV: 'production' })).toMatch(rule);
  });

  it.each([
    ['the sample key', SAMPLE_MASTER_KEY, /sample key in production/],
    ['no random bytes', Buffer.alloc(32, 7).toString('base64'), /random bytes in production/],
  ])('is refused in production when it is %s', (_, text, rule) => {
    expect(problemsOf({ MASTER_KEY: text })).toBe('');
    const problem = problemsOf({ MASTER_KEY: text, NODE_ENV: 'production' });
    expect(problem).toMatch(rule);
    expect(problem).not.toContain(text);
  });

  it('is taken when it is random', () => {
    for (let n = 0; n < 200; n++) {
      expect(problemsOf({ MASTER_KEY: key(), NODE_ENV: 'production' })).toBe('');
    }
  });
});

describe('MASTER_KEY_PREVIOUS', () => {
  it('is any number of keys', () => {
    const [current, a, b] = [key(), key(), key()];
    const read = (text?: string) =>
      loadConfig(['secrets'], { MASTER_KEY: current, MASTER_KEY_PREVIOUS: text }).secrets.MASTER_KEY_PREVIOUS;
    expect(read()).toEqual([]);
    expect(read('')).toEqual([]);
    expect(read(`${a}, ${b}`)).toEqual([a, b].map((text) => Buffer.from(text, 'base64')));
  });

  it.each(['x', `${SAMPLE_MASTER_KEY};${SAMPLE_MASTER_KEY}`, `${SAMPLE_MASTER_KEY},short`])(
    'is refused as %s, without its value in the message',
    (text) => {
      const problem = problemsOf({ MASTER_KEY: key(), MASTER_KEY_PREVIOUS: text });
      expect(problem).toMatch(/MASTER_KEY_PREVIOUS must be keys/);
      expect(problem).not.toContain(SAMPLE_MASTER_KEY);
    },
  );
});
