import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { generateSecret, signRequest } from '#webhooks';
import { judgeInNode, judgeInPython } from '../harness/recipes.ts';

const secret = generateSecret();
const body = '{"id":"e1","name":"Prüfung 🎉","spaces" : [ 1,2 ]}';
const sign = (nowMs = Date.now()) =>
  signRequest({ eventId: 'e1', eventType: 'experiment.started', body: Buffer.from(body), secret, nowMs });

interface Case {
  name: string;
  headers: Record<string, string>;
  body: string;
  expected: boolean;
}

const CASES: Case[] = [
  { name: 'a signed request', headers: sign(), body, expected: true },
  { name: 'another body', headers: sign(), body: body.replace('e1', 'e2'), expected: false },
  {
    name: 'the same JSON printed anew',
    headers: sign(),
    body: JSON.stringify(JSON.parse(body)),
    expected: false,
  },
  { name: 'an old timestamp', headers: sign(Date.now() - 310_000), body, expected: false },
  { name: 'a future timestamp', headers: sign(Date.now() + 310_000), body, expected: false },
  {
    name: 'a moved timestamp',
    headers: { ...sign(), 'X-Ttoolab-Timestamp': sign(Date.now() - 60_000)['X-Ttoolab-Timestamp'] ?? '' },
    body,
    expected: false,
  },
  { name: 'no timestamp', headers: { ...sign(), 'X-Ttoolab-Timestamp': '' }, body, expected: false },
  { name: 'no signature', headers: { ...sign(), 'X-Ttoolab-Signature': '' }, body, expected: false },
  {
    name: 'a signature in capitals',
    headers: { ...sign(), 'X-Ttoolab-Signature': (sign()['X-Ttoolab-Signature'] ?? '').toUpperCase() },
    body,
    expected: false,
  },
];

describe('a signed request', () => {
  it('follows the published recipe to the letter', () => {
    const headers = sign();
    const recipe = createHmac('sha256', secret)
      .update(`${headers['X-Ttoolab-Timestamp']}${body}`, 'utf8')
      .digest('hex');
    expect(headers['X-Ttoolab-Signature']).toBe(recipe);
    expect(headers['X-Ttoolab-Event-Id']).toBe('e1');
    expect(headers['X-Ttoolab-Event-Type']).toBe('experiment.started');
    expect(headers['Content-Type']).toBe('application/json');
    expect(headers['User-Agent']).toBe('Ttoolab-Webhooks/1.0');
  });

  it('is verified by the official Standard Webhooks library, by either secret during a rotation', () => {
    const nextSecret = generateSecret();
    const headers = signRequest({
      eventId: 'e1',
      eventType: 'x',
      body: Buffer.from(body),
      secret,
      nextSecret,
      nowMs: Date.now(),
    });
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(new Webhook(nextSecret).verify(body, headers)).toEqual(JSON.parse(body));
  });
});

describe('the recipes in docs/receiving-webhooks.md', () => {
  it.each([
    ['Node', judgeInNode],
    ['Python', judgeInPython],
  ])('work in %s', async (_, judge) => {
    expect(await judge(CASES, secret)).toEqual(CASES.map(({ expected }) => expected));
  });
});
