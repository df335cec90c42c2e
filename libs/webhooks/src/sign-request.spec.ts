import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { generateSecret, signRequest, verifySignature, type Signable } from './index.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=';
const eventId = '0197a1b2-0000-7000-8000-00000000000a';
const nowMs = Date.now();
const signable = (text: string, more: Partial<Signable> = {}): Signable => ({
  eventId,
  eventType: 'experiment.conversion',
  body: Buffer.from(text),
  secret,
  nowMs,
  ...more,
});

const BODIES = [
  '{}',
  '{"name":"Prüfung – 実験 🎉"}',
  '{"a":"\\u0000"}',
  `{"long":"${'x'.repeat(100_000)}"}`,
  ' {"spaces" : 1 }\n',
];

describe('signRequest', () => {
  it.each(BODIES)('signs as the documented recipe says: %.40s', (text) => {
    const headers = signRequest(signable(text));
    const timestamp = String(Math.floor(nowMs / 1000));
    expect(headers['X-Ttoolab-Timestamp']).toBe(timestamp);
    expect(headers['X-Ttoolab-Signature']).toBe(
      createHmac('sha256', secret)
        .update(timestamp + text, 'utf8')
        .digest('hex'),
    );
  });

  it.each(BODIES)('is accepted by the official Standard Webhooks library: %.40s', (text) => {
    const headers = signRequest(signable(text));
    expect(() => new Webhook(secret).verify(text, headers)).not.toThrow();
    expect(() => new Webhook(generateSecret()).verify(text, headers)).toThrow();
  });

  it('gives exactly the headers of the contract and of Standard Webhooks', () => {
    const headers = signRequest(signable('{}', { nowMs: 1_749_470_400_999 }));
    expect(headers).toEqual({
      'X-Ttoolab-Event-Id': eventId,
      'X-Ttoolab-Event-Type': 'experiment.conversion',
      'X-Ttoolab-Timestamp': '1749470400',
      'X-Ttoolab-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      'Content-Type': 'application/json',
      'User-Agent': 'Ttoolab-Webhooks/1.0',
      'webhook-id': eventId,
      'webhook-timestamp': '1749470400',
      'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
    });
  });

  it('signs with both secrets during a rotation, X-Ttoolab-Signature with the old one', () => {
    const nextSecret = generateSecret();
    const headers = signRequest(signable('{"a":1}', { nextSecret }));
    const alone = signRequest(signable('{"a":1}'));
    const ofNext = signRequest(signable('{"a":1}', { secret: nextSecret }));
    expect(headers['webhook-signature']).toBe(`${ofNext['webhook-signature']} ${alone['webhook-signature']}`);
    expect(headers['X-Ttoolab-Signature']).toBe(alone['X-Ttoolab-Signature']);
    for (const each of [secret, nextSecret])
      expect(() => new Webhook(each).verify('{"a":1}', headers)).not.toThrow();
  });

  it.each([
    '',
    'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    'whsec_',
    'whsec_not base64',
    'whsec_abc',
    'whsec_ab=='.repeat(2),
  ])('refuses a secret that is not whsec_ and base64: "%s"', (bad) => {
    expect(() => signRequest(signable('{}', { secret: bad }))).toThrow(/not `whsec_`/);
  });
});

describe('verifySignature', () => {
  const body = Buffer.from('{"id":"1"}');
  const headers = signRequest(signable(body.toString()));
  const other = signRequest(signable('{"id":"2"}'));
  const signed = Math.floor(nowMs / 1000) * 1000;

  it.each(['ttoolab', 'standard'] as const)(
    'accepts what signRequest signed (%s), header names in any case',
    (scheme) => {
      const shouted = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
      );
      expect(verifySignature({ scheme, headers, body, secret, nowMs })).toEqual({ ok: true });
      expect(verifySignature({ scheme, headers: shouted, body, secret, nowMs })).toEqual({ ok: true });
    },
  );

  it.each(['ttoolab', 'standard'] as const)(
    'refuses what is changed, missing or out of tolerance (%s)',
    (scheme) => {
      const verify = (more: object) => {
        const verdict = verifySignature({ scheme, headers, body, secret, nowMs, ...more });
        return verdict.ok ? 'ok' : verdict.reason;
      };
      const without = (name: string) => ({ ...headers, [name]: undefined });
      const timestampName = scheme === 'ttoolab' ? 'X-Ttoolab-Timestamp' : 'webhook-timestamp';
      const signatureName = scheme === 'ttoolab' ? 'X-Ttoolab-Signature' : 'webhook-signature';
      expect(verify({ body: Buffer.from('{"id":"2"}') })).toBe('signature-mismatch');
      expect(verify({ headers: other })).toBe('signature-mismatch');
      expect(verify({ secret: generateSecret() })).toBe('signature-mismatch');
      expect(verify({ headers: { ...headers, [signatureName]: 'é'.repeat(32) } })).toBe('signature-mismatch');
      expect(verify({ headers: without(timestampName) })).toBe('header-missing');
      expect(verify({ headers: without(signatureName) })).toBe('header-missing');
      expect(verify({ headers: { ...headers, [timestampName]: '1e9' } })).toBe('timestamp-invalid');
      expect(verify({ nowMs: signed + 300_999 })).toBe('ok');
      expect(verify({ nowMs: signed + 301_000 })).toBe('timestamp-out-of-tolerance');
      expect(verify({ nowMs: signed - 300_000 })).toBe('ok');
      expect(verify({ nowMs: signed - 301_000 })).toBe('timestamp-out-of-tolerance');
    },
  );

  it('accepts either secret during a rotation in the standard scheme', () => {
    const nextSecret = generateSecret();
    const rotating = signRequest(signable(body.toString(), { nextSecret }));
    for (const each of [secret, nextSecret]) {
      expect(verifySignature({ scheme: 'standard', headers: rotating, body, secret: each, nowMs })).toEqual({
        ok: true,
      });
    }
  });
});
