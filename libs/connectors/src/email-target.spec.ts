import { describe, expect, it } from 'vitest';
import { messageIdOf, readUnsubscribeToken, unsubscribeToken } from './email-target.ts';

const destinationId = '0197a1b2-0000-7000-8000-0000000000c1';
const recipient = 'Mira+hub@example.com';

describe('a token to unsubscribe', () => {
  const token = unsubscribeToken({ destinationId, recipient }, 'secret');

  it('tells whom it is of, and proves it', () => {
    const read = readUnsubscribeToken(token);
    expect(read).toMatchObject({ destinationId, recipient });
    expect(read?.isSigned('secret')).toBe(true);
  });

  it.each([
    ['another secret', token, 'other'],
    [
      'another recipient',
      token.replace(/\.[\w-]+\./, `.${Buffer.from('eve@x.com').toString('base64url')}.`),
      'secret',
    ],
    ['another destination', token.replace('c1.', 'c2.'), 'secret'],
  ])('is no proof with %s', (_what, changed, secret) => {
    expect(readUnsubscribeToken(changed)?.isSigned(secret)).toBe(false);
  });

  it.each(['', 'x', `${token}x`, token.slice(1), `${token.slice(0, -1)}=`])('is not %j', (text) => {
    expect(readUnsubscribeToken(text)).toBeUndefined();
  });
});

it('a Message-ID is the same for a delivery and recipient, and different for others', () => {
  const id = messageIdOf('d1', recipient, 'hub.example.com');
  expect(id).toMatch(/^<d1\.[0-9a-f]{12}@hub\.example\.com>$/);
  expect(messageIdOf('d1', recipient, 'hub.example.com')).toBe(id);
  expect(messageIdOf('d1', 'other@example.com', 'hub.example.com')).not.toBe(id);
});
