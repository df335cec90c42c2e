import { findEventType } from '#events';
import { describe, expect, it } from 'vitest';
import { DELIVERY_ANSWERS, explainDelivery, type Circumstances } from './explain-delivery.ts';

const AT = new Date('2025-06-09T12:00:00.000Z');
const BEFORE = new Date('2025-06-01T12:00:00.000Z');
const LATER = new Date('2025-06-10T12:00:00.000Z');
const ID = '0197a1b2-0000-7000-8000-0000000000c1';

const bodyOf = (type: string, data: object) =>
  Buffer.from(
    JSON.stringify({ id: 'e', type, projectId: 'p', tenantId: 't', createdAt: AT.toISOString(), data }),
  );
const conversion = {
  type: 'experiment.conversion',
  acceptedAt: AT,
  isMadeForOne: false,
  body: bodyOf('experiment.conversion', { ...findEventType('experiment.conversion')?.example, revenue: 5 }),
};
const OPEN = { eventTypes: ['*'], filter: null, enabled: true, disabledReason: null };
const known = (more: Partial<Circumstances> = {}): Circumstances => ({
  ...{ id: ID, knownSince: BEFORE, deletedAt: null, inForce: OPEN, delivery: null },
  ...more,
});
type Delivery = NonNullable<Circumstances['delivery']>;
const delivery = (status: Delivery['status'], more: Partial<Delivery> = {}): Delivery => ({
  ...{ status, attempts: 1, nextAttemptAt: null, lastStatus: null, lastError: null, reason: null },
  ...more,
});
const news = {
  ...conversion,
  type: 'webhook.failing',
  body: bodyOf('webhook.failing', { destinationId: ID }),
};
const disabled = { ...OPEN, enabled: false, disabledReason: 'gone' };

const CASES: [answer: string, words: RegExp, circumstances: Circumstances, event?: typeof conversion][] = [
  ['delivered', /after 2 attempts/, known({ delivery: delivery('success', { attempts: 2 }) })],
  [
    'failed',
    /5 attempts.*status 500/,
    known({ delivery: delivery('failed', { attempts: 5, lastStatus: 500 }) }),
  ],
  [
    'egress_refused',
    /not one that the hub/,
    known({ delivery: delivery('retrying', { lastError: 'blocked' }) }),
  ],
  ['egress_refused', /may send to\.$/, known({ delivery: delivery('failed', { lastError: 'blocked' }) })],
  [
    'retrying',
    /timeout; .*2025-06-10/,
    known({ delivery: delivery('retrying', { lastError: 'timeout', nextAttemptAt: LATER }) }),
  ],
  ['waiting', /first attempt/, known({ delivery: delivery('pending', { attempts: 0 }) })],
  ['held', /before the event could.*by hand/, known({ delivery: delivery('held', { reason: 'by hand' }) })],
  [
    'disabled',
    /was disabled when the event came \(gone\)/,
    known({ inForce: disabled, delivery: delivery('held') }),
  ],
  ['cancelled', /webhook_deleted/, known({ delivery: delivery('cancelled', { reason: 'webhook_deleted' }) })],
  [
    'type_not_selected',
    /took experiment\.started at that time/,
    known({ inForce: { ...OPEN, eventTypes: ['experiment.started'] } }),
  ],
  ['filter_false', /false/, known({ inForce: { ...OPEN, filter: 'data.revenue > 100' } })],
  ['filter_failed', /No such key/, known({ inForce: { ...OPEN, filter: 'data.payload.seats > 3' } })],
  ['created_later', /2025-06-10/, known({ inForce: null, knownSince: LATER })],
  ['deleted_before', /2025-06-01/, known({ inForce: null, deletedAt: BEFORE })],
  ['about_itself', /this very destination/, known({ inForce: { ...OPEN, eventTypes: ['webhook.*'] } }), news],
  ['made_for_another', /test/, known(), { ...conversion, isMadeForOne: true }],
  ['not_dispatched', /ask again/, known({ inForce: { ...OPEN, filter: 'data.revenue > 1' } })],
];

describe('why an event went to a destination, or not', () => {
  it.each(CASES)('%s: %s', (answer, words, circumstances, event = conversion) => {
    const explanation = explainDelivery(event, circumstances);
    expect(explanation.answer).toBe(answer);
    expect(explanation.sentence).toMatch(words);
  });

  it('has each of its answers tried above', () => {
    expect(new Set(CASES.map(([answer]) => answer))).toEqual(new Set(DELIVERY_ANSWERS));
  });

  it('names the clause of the filter that was false, with the value it saw', () => {
    const inForce = { ...OPEN, filter: 'data.currency == "EUR" && data.revenue > 100' };
    expect(explainDelivery(conversion, known({ inForce })).clauses).toMatchObject([
      { expression: 'data.revenue > 100', result: false, values: [{ expression: 'data.revenue', value: 5 }] },
    ]);
  });
});
