import type { MailResult } from '#mail';
import { describe, expect, it } from 'vitest';
import { describeRound, toMailOutcome, type MailEnd } from './mail-round.ts';

const OK: MailResult = { kind: 'accepted', messageId: '<x>', response: '250 OK' };
const LATER = rejected(450);
const NEVER = rejected(550);
const AWAY: MailResult = { kind: 'unreachable', reason: 'timeout' };
const UNANSWERED: MailEnd = { kind: 'unanswered' };

function rejected(status: number): MailResult {
  return { kind: 'rejected', status, response: `${status} no`, isPermanent: status >= 500 };
}

const outcomeOf = (...results: MailEnd[]) =>
  toMailOutcome(new Map(results.map((result, index) => [`p${index}@example.com`, result])));

describe('the outcome of an e-mail', () => {
  it.each([
    ['all have it', [OK, OK], { kind: 'delivered', status: 250 }],
    ['one has it and the others never will', [OK, NEVER], { kind: 'delivered' }],
    ['nobody ever will', [NEVER, NEVER], { kind: 'rejected', status: 550, isFinal: true }],
    ['somebody may later', [OK, LATER, NEVER], { kind: 'rejected', status: 450, isPutOff: true }],
    ['the server is away', [AWAY], { kind: 'interrupted', isFault: true, wasSent: false }],
    ['no server is set up', [{ kind: 'unconfigured' }], { kind: 'interrupted', isFault: true }],
    ['it took the message and said nothing', [OK, UNANSWERED], { kind: 'interrupted', wasSent: true }],
    ['it was away for some', [OK, AWAY], { kind: 'interrupted', isFault: true }],
  ] satisfies [string, MailEnd[], object][])('when %s', (_when, results, outcome) => {
    expect(outcomeOf(...results).outcome).toMatchObject(outcome);
  });

  it('names each recipient with its answer', () => {
    expect(
      describeRound(
        new Map([
          ['a@example.com', OK],
          ['b@example.com', NEVER],
        ]),
      ),
    ).toBe('a@example.com: 250 OK\nb@example.com: 550 no');
  });
});
