import { expect, it } from 'vitest';
import { RoutingTable } from '#delivery';
import { RECORD_OF, findEventType, parseData, type Destination, type EventRecord } from '#events';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { RecentEvents } from './recent-events.ts';

const NOW = 1_750_000_000_000;
const webhook = sampleDestination({ eventTypes: ['experiment.*'] });

function event(id: string, fields: { projectId?: string } = {}): EventRecord {
  const type = 'experiment.conversion';
  const parsed = parseData(type, findEventType(type)?.example);
  if (!parsed.ok) throw new Error(parsed.rule);
  const { tenantId, projectId } = webhook;
  const value = { id, tenantId, projectId, createdAt: NOW, data: parsed.data, ...fields };
  return { name: RECORD_OF[type], value } as EventRecord;
}

function missed(
  events: { id: string; atMs?: number; to?: string[]; projectId?: string }[],
  { sinceMs = NOW - 100, destination = webhook }: { sinceMs?: number; destination?: Destination } = {},
): string[] {
  const routing = new RoutingTable();
  routing.apply(destination.id, { ...destination, updatedAt: sinceMs }, sinceMs);
  const recent = new RecentEvents();
  for (const { id, atMs = NOW - 50, to = [], ...fields } of events)
    recent.add({ event: event(id, fields), acceptedAtMs: atMs, destinationIds: to });
  return recent.missedBy(destination, routing, NOW).map(({ event: { value } }) => value.id);
}

it('an event that Kafka took after the change, and that was dispatched before it was read, was missed', () => {
  expect(missed([{ id: 'at-once', atMs: NOW - 100 }, { id: 'soon' }])).toEqual(['at-once', 'soon']);
});

it.each([
  ['that Kafka took before the change', { atMs: NOW - 101 }],
  ['that the destination got', { to: [webhook.id] }],
  ['of another project', { projectId: 'other' }],
  ['of more than two seconds ago', { atMs: NOW - 2_000 }],
])('an event %s was not', (_, fields) => {
  expect(
    missed([{ id: 'e', ...fields }], {
      sinceMs: 'atMs' in fields && fields.atMs < NOW - 1_000 ? 0 : NOW - 100,
    }),
  ).toEqual([]);
});

it('nor was one of a type that the destination does not take', () => {
  expect(missed([{ id: 'e' }], { destination: { ...webhook, eventTypes: ['survey.*'] } })).toEqual([]);
});

it('keeps no more than the last few thousand', () => {
  const all = Array.from({ length: 5_000 }, (_, index) => ({ id: String(index) }));
  const kept = missed(all);
  expect(kept.length).toBeLessThan(4_001);
  expect(kept.at(-1)).toBe('4999');
});
