import { describe, expect, it } from 'vitest';
import { RECORD_OF, findEventType, parseData, type Decoded, type EventRecord } from '#events';
import { sampleAttempt, sampleParked } from '../../../test/harness/pipeline-attempt.ts';
import { sampleDelivery, sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { toEventRow, toRows } from './to-rows.ts';

const { id, eventId, destinationId, tenantId, projectId, eventType, acceptedAt } = sampleDelivery();
const subject = { id, eventId, destinationId, tenantId, projectId, eventType, acceptedAt };
const nothingYet = { nextAttemptAt: null, lastStatus: null, lastError: null, reason: null, body: null };

describe('a delivery', () => {
  it('is pending before its first attempt, without its body', () => {
    expect(toRows({ name: 'hub.pipeline.Delivery', value: sampleDelivery() })).toEqual({
      events: [],
      deliveries: [{ ...subject, ...nothingYet, status: 'pending', attempts: 0 }],
      attempts: [],
    });
  });

  it.each(['held', 'cancelled'] as const)('that is %s says why, after how many attempts', (status) => {
    const value = sampleParked({ status, reason: 'why', attempts: 2 });
    expect(toRows({ name: 'hub.pipeline.DeliveryParked', value })).toEqual({
      events: [],
      deliveries: [{ ...subject, ...nothingYet, status, attempts: 2, reason: 'why' }],
      attempts: [],
    });
  });
});

describe('an attempt', () => {
  const rowsOf = (value = sampleAttempt()) => toRows({ name: 'hub.pipeline.Attempt', value });

  it.each([
    [{}, { status: 'retrying', attempts: 1, nextAttemptAt: acceptedAt + 60_000, lastStatus: 500 }],
    [
      { number: 4, deliveryStatus: 'failed', nextAttemptAt: null, status: null, errorClass: 'timeout' },
      { status: 'failed', attempts: 4, nextAttemptAt: null, lastStatus: null, lastError: 'timeout' },
    ],
    [
      { number: 2, deliveryStatus: 'success', nextAttemptAt: null, status: 204, outcome: 'delivered' },
      { status: 'success', attempts: 2, lastStatus: 204, lastError: null },
    ],
  ] as const)('%j leaves its delivery as %j', (fields, state) => {
    expect(rowsOf(sampleAttempt(fields)).deliveries).toMatchObject([{ ...subject, ...state, reason: null }]);
  });

  it('is a row with its headers as JSON and its body as bytes', () => {
    const responseBody = Buffer.from([0, 255]);
    const responseHeaders = { 'x-odd': 'a"\\\u0001' };
    const batch = { id: '0197a1b2-0000-5000-8000-0000000000ba', size: 3 };
    const fields = { responseBody, responseHeaders, batch };
    const { acceptedAt: _acceptedAt, batch: _batch, ...attempt } = sampleAttempt(fields);
    expect(rowsOf(sampleAttempt(fields)).attempts).toEqual([
      {
        ...attempt,
        requestHeaders: JSON.stringify(attempt.requestHeaders),
        responseHeaders: JSON.stringify(responseHeaders),
        batchId: batch.id,
        batchSize: 3,
      },
    ]);
  });
});

describe('a record that has no business on these topics', () => {
  it('is refused as undecodable', () => {
    const decoded: Decoded = { name: 'hub.pipeline.Destination', value: sampleDestination() };
    expect(() => toRows(decoded)).toThrow(expect.objectContaining({ code: 'HUB_RECORD_UNDECODABLE' }));
  });
});

describe('an event', () => {
  it('is a row with the body that goes out, and the time at which Kafka took it', () => {
    const type = 'experiment.conversion';
    const parsed = parseData(type, findEventType(type)?.example);
    if (!parsed.ok) throw new Error(parsed.rule);
    const value = { id: eventId, tenantId, projectId, createdAt: acceptedAt - 500, data: parsed.data };
    const row = toEventRow({ name: RECORD_OF[type], value } as EventRecord, acceptedAt);
    const { body, ...rest } = row;
    expect(rest).toEqual({ id: eventId, tenantId, projectId, type, createdAt: acceptedAt - 500, acceptedAt });
    expect(JSON.parse(body.toString())).toMatchObject({ id: eventId, type, projectId, tenantId });
  });
});

describe('a delivery with a transformation', () => {
  it('keeps its body, which is not its event’s', () => {
    const value = sampleDelivery({ isTransformed: true, body: Buffer.from('{}') });
    expect(toRows({ name: 'hub.pipeline.Delivery', value }).deliveries).toMatchObject([
      { status: 'pending', body: Buffer.from('{}') },
    ]);
  });

  it('has failed when that made no body, without an attempt', () => {
    const value = sampleDelivery({ problem: 'transformation_failed: why' });
    expect(toRows({ name: 'hub.pipeline.Delivery', value }).deliveries).toMatchObject([
      { status: 'failed', attempts: 0, reason: 'transformation_failed: why', body: null },
    ]);
  });
});
