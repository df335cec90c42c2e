import { describe, expect, it } from 'vitest';
import { checkPassword } from './check-password.ts';

describe('a new password', () => {
  it.each([
    'kV8#mQ2$xL9p',
    'correct horse battery staple',
    'Regenschirm am Dienstag',
    'x'.repeat(1) + '7Lq!pf-2Rz0w',
  ])('may be %s', (password) => expect(checkPassword(password)).toBeUndefined());

  it.each([
    ['kV8#mQ2$xL9', 'at least 12'],
    ['kV8#mQ2$xL9p'.repeat(11), 'at most 128'],
    ['password1234', 'too easy'],
    ['Password123!', 'too easy'],
    ['qwertyuiop123', 'too easy'],
    ['123456789012', 'too easy'],
    ['aaaaaaaaaaaaaaaa', 'too easy'],
    ['trustno1trustno1', 'too easy'],
    ['ttoolabttoolab', 'too easy'],
  ])('may not be %s', (password, rule) => expect(checkPassword(password)).toContain(rule));

  it('is not made of what everybody knows of the person', () => {
    expect(checkPassword('zwetschgenbaum-17', [])).toBeUndefined();
    expect(checkPassword('zwetschgenbaum-17', ['mira@zwetschgenbaum.example'])).toContain('too easy');
    expect(checkPassword('mira@example.com', ['mira@example.com'])).toContain('too easy');
  });
});
