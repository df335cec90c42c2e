import { describe, expect, it } from 'vitest';
import { sampleDelivery, sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import type { Exchange, Sent } from './channel.ts';
import type { Next } from './decide-next.ts';
import { toNews, withFailure, type Turn } from './news.ts';

const NOW = 1_750_000_000_000;
const exchange = (fields: Partial<Exchange> = {}): Exchange => ({
  ...{ startedAtMs: NOW, durationMs: 5, url: 'https://receiver.test/hook', errorClass: null, status: 500 },
  ...{
    requestHeaders: {},
    responseHeaders: {},
    responseBody: Buffer.from('down'),
    isResponseTruncated: false,
  },
  ...fields,
});
const rejected = (fields: Partial<Exchange> = {}): Sent => ({
  outcome: { kind: 'rejected', status: 500, retryAfterMs: undefined },
  exchange: exchange(fields),
  dropped: null,
});
const delivered: Sent = {
  outcome: { kind: 'delivered', status: 200 },
  exchange: exchange({ status: 200 }),
  dropped: null,
};
const RETRY: Next = { kind: 'retry', topic: 't', dueAtMs: NOW };
const DEAD = { kind: 'dead', topic: 't', reason: 'exhausted' } satisfies Next;

function turn(fields: Partial<Turn> = {}): Turn {
  return {
    ...{ delivery: sampleDelivery(), destination: sampleDestination(), sent: rejected(), next: RETRY },
    ...{ failuresBefore: 0, failuresAfter: 1, disabledReason: null, isComingBack: false, lastAttempts: [] },
    nowMs: NOW,
    ...fields,
  };
}

const namesOf = (fields: Partial<Turn>) => toNews(turn(fields)).map(({ name }) => name.slice(11));

describe('the news of an attempt', () => {
  it.each([
    ['the first failure', { failuresBefore: 0, failuresAfter: 1 }, []],
    ['the fourth', { failuresBefore: 3, failuresAfter: 4 }, []],
    ['the fifth', { failuresBefore: 4, failuresAfter: 5 }, ['WebhookFailing']],
    ['the sixth', { failuresBefore: 5, failuresAfter: 6 }, []],
    ['one that counts no further', { failuresBefore: 5, failuresAfter: 5 }, []],
    [
      'the one that disables',
      { failuresBefore: 9, failuresAfter: 10, disabledReason: 'x' },
      ['WebhookDisabled'],
    ],
    ['a success', { sent: delivered, failuresAfter: 0 }, []],
    ['a success after four', { sent: delivered, failuresBefore: 4, failuresAfter: 0 }, []],
    ['a success after five', { sent: delivered, failuresBefore: 5, failuresAfter: 0 }, ['WebhookRecovered']],
    [
      'the first success of one that was disabled',
      { sent: delivered, isComingBack: true },
      ['WebhookRecovered'],
    ],
    ['the last attempt', { next: DEAD }, ['DeliveryExhausted']],
    ['a refusal for good', { next: { ...DEAD, reason: 'refused' } }, ['DeliveryExhausted']],
    ['410', { next: { ...DEAD, reason: 'gone' }, disabledReason: 'gone' }, ['WebhookDisabled']],
    [
      'the last attempt to deliver news',
      { next: DEAD, delivery: sampleDelivery({ eventType: 'webhook.failing' }) },
      [],
    ],
  ] satisfies [string, Partial<Turn>, string[]][])('of %s', (_what, fields, names) => {
    expect(namesOf(fields)).toEqual(names);
  });

  it('has an id that the same attempt, made again, gives again, and no other attempt', () => {
    const idOf = (attempt: number) =>
      toNews(turn({ failuresBefore: 4, failuresAfter: 5, delivery: sampleDelivery({ attempt }) }))[0]?.value
        .id;
    expect(idOf(3)).toBe(idOf(3));
    expect(idOf(3)).not.toBe(idOf(4));
  });

  it('tells of what, why, and what the last attempts met', () => {
    const lastAttempts = withFailure([], rejected());
    const [news] = toNews(
      turn({ failuresAfter: 10, failuresBefore: 9, disabledReason: 'consecutive_failures', lastAttempts }),
    );
    expect(news?.value).toMatchObject({
      projectId: sampleDestination().projectId,
      createdAt: NOW,
      data: {
        destinationId: sampleDestination().id,
        kind: 'webhook',
        name: 'orders',
        reason: 'consecutive_failures',
        consecutiveFailures: 10,
        lastAttempts: [{ at: NOW, status: 500, error: null, answer: 'down' }],
      },
    });
  });
});

describe('the last failures of a lane', () => {
  it('are three at most, the latest first; a success adds none', () => {
    const all = [1, 2, 3, 4].reduce(
      (known, ms) => withFailure(known, rejected({ startedAtMs: ms })),
      [] as ReturnType<typeof withFailure>,
    );
    expect(all.map(({ at }) => at)).toEqual([4, 3, 2]);
    expect(withFailure(all, delivered)).toEqual(all);
  });

  it('show an answer only where it is text', () => {
    const answerOf = (body: Buffer) => withFailure([], rejected({ responseBody: body }))[0]?.answer;
    expect(answerOf(Buffer.from([0xff, 0xfe, 0x00]))).toBeNull();
    expect(answerOf(Buffer.alloc(0))).toBeNull();
    expect(answerOf(Buffer.from('é'.repeat(500)))).toBe('é'.repeat(100));
  });
});
