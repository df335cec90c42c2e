import { describe, expect, it } from 'vitest';
import { deliveryId } from '#delivery';
import { RECORD_OF, findEventType, parseData, toBody, type EventRecord } from '#events';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { toDeliveries } from './to-deliveries.ts';

const ACCEPTED_AT = 1_750_000_000_000;
const { tenantId, projectId } = sampleDestination();
const [A, B, C] = [
  '0197a1b2-0000-7000-8000-0000000000c1',
  '0197a1b2-0000-7000-8000-0000000000c2',
  '0197a1b2-0000-7000-8000-0000000000c3',
];

function event(
  type: 'experiment.conversion' | 'experiment.winner_detected' = 'experiment.conversion',
): EventRecord {
  const parsed = parseData(type, findEventType(type)?.example);
  if (!parsed.ok) throw new Error(parsed.rule);
  const id = '0197a1b2-0000-7000-8000-0000000000e1';
  const value = { id, tenantId, projectId, createdAt: ACCEPTED_AT - 5, data: parsed.data };
  return { name: RECORD_OF[type], value } as EventRecord;
}

const to = (...ids: string[]) => ids.map((id) => sampleDestination({ id }));

describe('the deliveries of an event', () => {
  it('are one a destination', () => {
    const ids = toDeliveries(event(), ACCEPTED_AT, to(A, B, C)).map(({ destinationId }) => destinationId);
    expect(ids).toEqual([A, B, C]);
  });

  it('are none where nobody takes it', () => {
    expect(toDeliveries(event(), ACCEPTED_AT, [])).toEqual([]);
  });

  it('are first attempts, due at once, of the time at which Kafka took the event', () => {
    const { name, value } = event();
    expect(toDeliveries({ name, value } as EventRecord, ACCEPTED_AT, to(A))).toEqual([
      {
        id: deliveryId(value.id, A),
        eventId: value.id,
        eventType: 'experiment.conversion',
        tenantId,
        projectId,
        destinationId: A,
        acceptedAt: ACCEPTED_AT,
        body: toBody(name, value),
        isTransformed: false,
        visitorId: null,
        problem: null,
        attempt: 1,
        uncounted: 0,
        dueAt: null,
        trigger: 'event',
        replayId: null,
        batch: null,
      },
    ]);
  });

  it('share one body and differ in their ids', () => {
    const [a, b] = toDeliveries(event(), ACCEPTED_AT, to(A, B));
    expect(a?.body).toBe(b?.body);
    expect(a?.id).not.toBe(b?.id);
  });

  it('are the same when the event comes again', () => {
    const again = () => toDeliveries(event(), ACCEPTED_AT, to(A, B));
    expect(again()).toEqual(again());
  });
});
