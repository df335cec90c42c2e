import type { MailResult } from '#mail';
import { describe, expect, it } from 'vitest';
import { describeRound, toMailOutcome } from './mail-round.ts';

const OK: MailResult = { kind: 'accepted', messageId: '<x>', response: '250 OK' };
const LATER = rejected(450);
const NEVER = rejected(550);
const AWAY: MailResult = { kind: 'unreachable', reason: 'timeout' };

function rejected(status: number): MailResult {
  return { kind: 'rejected', status, response: `${status} no`, isPermanent: status >= 500 };
}

const outcomeOf = (...results: MailResult[]) =>
  toMailOutcome(new Map(results.map((result, index) => [`p${index}@example.com`, result])));

describe('the outcome of an e-mail', () => {
  it.each([
    ['all have it', [OK, OK], { kind: 'delivered', status: 250 }],
    ['one has it and the others never will', [OK, NEVER], { kind: 'delivered' }],
    ['nobody ever will', [NEVER, NEVER], { kind: 'rejected', status: 550, isFinal: true }],
    ['somebody may later', [OK, LATER, NEVER], { kind: 'rejected', status: 450, isFinal: false }],
    ['the login is refused', [rejected(535)], { kind: 'rejected', status: 535, isFinal: false }],
    ['the server is away', [AWAY], { kind: 'interrupted', isFault: true, wasSent: false }],
    ['no server is set up', [{ kind: 'unconfigured' }], { kind: 'interrupted', isFault: true }],
    ['it was away for some', [OK, AWAY], { kind: 'interrupted', isFault: true }],
  ] satisfies [string, MailResult[], object][])('when %s', (_when, results, outcome) => {
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
