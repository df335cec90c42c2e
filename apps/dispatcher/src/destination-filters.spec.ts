import { RECORD_OF, findEventType, parseData, type EventRecord } from '#events';
import { expect, it } from 'vitest';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { DestinationFilters } from './destination-filters.ts';

function conversion(fields: object = {}): EventRecord {
  const type = 'experiment.conversion';
  const parsed = parseData(type, { ...findEventType(type)?.example, ...fields });
  if (!parsed.ok) throw new Error(parsed.rule);
  const { tenantId, projectId } = sampleDestination();
  const id = '0197a1b2-0000-7000-8000-0000000000e1';
  const value = { id, tenantId, projectId, createdAt: 1_750_000_000_000, data: parsed.data };
  return { name: RECORD_OF[type], value } as EventRecord;
}

function setUp() {
  const failed: [string, boolean][] = [];
  const filters = new DestinationFilters(({ destination, isFirst }) =>
    failed.push([destination.id, isFirst]),
  );
  const all = [
    sampleDestination({ id: 'all' }),
    sampleDestination({ id: 'large', filter: 'data.revenue > 100' }),
    sampleDestination({ id: 'small', filter: 'data.revenue <= 100' }),
    sampleDestination({ id: 'plan', filter: 'data.payload.plan == "pro"' }),
  ];
  return { failed, ids: (event: EventRecord) => filters.matching(event, all).map(({ id }) => id) };
}

it('takes those without a filter, and those whose filter is true', () => {
  const { ids, failed } = setUp();
  expect(ids(conversion({ revenue: 120, payload: { plan: 'pro' } }))).toEqual(['all', 'large', 'plan']);
  expect(ids(conversion({ revenue: 50, payload: { plan: 'free' } }))).toEqual(['all', 'small']);
  expect(failed).toEqual([]);
});

it('does not take those whose filter has no answer, and tells of them', () => {
  const { ids, failed } = setUp();
  expect(ids(conversion({ revenue: 120, payload: {} }))).toEqual(['all', 'large']);
  expect(ids(conversion({ revenue: null, payload: {} }))).toEqual(['all']);
  expect(failed).toEqual([
    ['plan', true],
    ['large', true],
    ['small', true],
    ['plan', false],
  ]);
});

it('gives back the very list where there is no filter', () => {
  const list = [sampleDestination()];
  expect(new DestinationFilters(() => undefined).matching(conversion(), list)).toBe(list);
});
