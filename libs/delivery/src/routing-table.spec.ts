import { describe, expect, it } from 'vitest';
import type { Destination } from '#events';
import { sampleDestination } from '../../../test/harness/pipeline-samples.ts';
import { RoutingTable } from './routing-table.ts';

function table(...destinations: Partial<Destination>[]): RoutingTable {
  const made = new RoutingTable();
  for (const fields of destinations) {
    const destination = sampleDestination({ projectId: 'shop', ...fields });
    made.apply(destination.id, destination);
  }
  return made;
}

const matched = (routing: RoutingTable, projectId: string, type = 'experiment.conversion') =>
  routing.match(projectId, type).map(({ id }) => id);

describe('a routing table', () => {
  it('finds a destination by id and for the events of its project only', () => {
    const routing = table({ id: 'a' }, { id: 'b' }, { id: 'c', projectId: 'other' });
    expect(routing.get('c')?.id).toBe('c');
    expect(routing.get('x')).toBeUndefined();
    expect(matched(routing, 'shop')).toEqual(['a', 'b']);
    expect(matched(routing, 'other')).toEqual(['c']);
    expect(matched(routing, 'unknown')).toEqual([]);
    expect(routing.size).toBe(3);
  });

  it.each([
    [['*'], true],
    [['experiment.conversion'], true],
    [['experiment.*'], true],
    [['survey.*', 'experiment.conversion'], true],
    [['experiment'], false],
    [['experiment.conv'], false],
    [['exp*'], false],
    [['.*'], false],
    [['survey.*'], false],
    [[], false],
  ])('with the patterns %j takes a conversion: %s', (eventTypes, isTaken) => {
    expect(matched(table({ id: 'a', eventTypes }), 'shop')).toEqual(isTaken ? ['a'] : []);
  });

  it('matches disabled destinations too, since their deliveries are held and not lost', () => {
    expect(matched(table({ id: 'a', isEnabled: false }), 'shop')).toEqual(['a']);
  });

  it('has the latest record of a destination', () => {
    const routing = table({ id: 'a', eventTypes: ['*'] }, { id: 'a', eventTypes: ['survey.*'], version: 2 });
    expect(routing.get('a')?.version).toBe(2);
    expect(routing.size).toBe(1);
    expect(matched(routing, 'shop')).toEqual([]);
  });

  it('follows a destination from one project to another', () => {
    const routing = table({ id: 'a' }, { id: 'a', projectId: 'other' });
    expect(matched(routing, 'shop')).toEqual([]);
    expect(matched(routing, 'other')).toEqual(['a']);
  });

  it('forgets a deleted destination, and takes a tombstone for one it never knew', () => {
    const routing = table({ id: 'a' }, { id: 'b' });
    routing.apply('a', undefined);
    routing.apply('never', undefined);
    expect(routing.get('a')).toBeUndefined();
    expect(matched(routing, 'shop')).toEqual(['b']);
    expect(routing.size).toBe(1);
  });

  it('tells every listener of each change, after it', () => {
    const routing = table({ id: 'a' });
    const told: unknown[] = [];
    routing.onChange((id, destination) =>
      told.push(['first', id, destination?.version, routing.get(id)?.version]),
    );
    routing.onChange((id) => told.push(['second', id]));
    routing.apply('a', sampleDestination({ id: 'a', version: 2 }));
    routing.apply('a', undefined);
    expect(told).toEqual([
      ['first', 'a', 2, 2],
      ['second', 'a'],
      ['first', 'a', undefined, undefined],
      ['second', 'a'],
    ]);
  });
});

it('keeps what it knows when an older version comes late', () => {
  const table = new RoutingTable();
  table.apply('d', sampleDestination({ id: 'd', version: 2, url: 'https://new.example.com' }));
  table.apply('d', sampleDestination({ id: 'd', version: 1, url: 'https://old.example.com' }));
  expect(table.get('d')?.url).toBe('https://new.example.com');
});

describe('what a destination took at an instant', () => {
  const NOW = 1_750_000_000_000;
  const types = (routing: RoutingTable, atMs: number) =>
    ['survey.a', 'flag.a'].filter((type) => routing.match('shop', type, atMs).length > 0);
  const versions = (...all: [eventTypes: string[], sinceMs: number, version?: number][]) => {
    const routing = new RoutingTable();
    for (const [index, [eventTypes, sinceMs, version = index + 1]] of all.entries())
      routing.apply(
        'a',
        sampleDestination({ id: 'a', projectId: 'shop', eventTypes, version, updatedAt: sinceMs }),
        sinceMs,
      );
    return routing;
  };

  it('is decided by the version in force then', () => {
    const routing = versions([['survey.*'], NOW], [['flag.*'], NOW + 100]);
    expect([0, 99, 100, 5_000].map((ms) => types(routing, NOW + ms))).toEqual([
      ['survey.a'],
      ['survey.a'],
      ['flag.a'],
      ['flag.a'],
    ]);
  });

  it('comes as it was then, with its filter', () => {
    const routing = new RoutingTable();
    for (const [index, filter] of [null, 'data.revenue > 100'].entries())
      routing.apply(
        'a',
        sampleDestination({ id: 'a', projectId: 'shop', filter, version: index + 1, updatedAt: NOW + index }),
        NOW + index,
      );
    const filters = (atMs: number) => routing.match('shop', 'survey.a', atMs).map(({ filter }) => filter);
    expect([filters(NOW), filters(NOW + 1)]).toEqual([[null], ['data.revenue > 100']]);
  });

  it('is nothing before it was there, but for the skew of two clocks', () => {
    const routing = versions([['survey.*'], NOW]);
    expect(types(routing, NOW - 1_001)).toEqual([]);
    expect(types(routing, NOW - 1_000)).toEqual(['survey.a']);
  });

  it('is what the oldest known version takes, when that is not its first', () => {
    expect(types(versions([['survey.*'], NOW, 7]), NOW - 3_600_000)).toEqual(['survey.a']);
  });

  it('holds since the change was made, though it was announced late', () => {
    const routing = new RoutingTable();
    const made = sampleDestination({ id: 'a', projectId: 'shop', eventTypes: ['survey.*'], updatedAt: NOW });
    routing.apply('a', made, NOW + 30_000);
    expect(types(routing, NOW + 10)).toEqual(['survey.a']);
    expect(routing.sinceMs('a')).toBe(NOW);
  });

  it('is remembered for a minute', () => {
    const routing = versions([['survey.*'], NOW], [['flag.*'], NOW + 100], [['*'], NOW + 60_200]);
    expect(types(routing, NOW + 150)).toEqual(['flag.a']);
    expect(types(routing, NOW + 50)).toEqual(['flag.a']);
    expect(types(routing, NOW + 60_200)).toEqual(['survey.a', 'flag.a']);
  });

  it('starts over for one that was deleted', () => {
    const routing = versions([['survey.*'], NOW]);
    routing.apply('a', undefined, NOW + 5);
    routing.apply(
      'a',
      sampleDestination({
        id: 'a',
        projectId: 'shop',
        eventTypes: ['*'],
        version: 1,
        updatedAt: NOW + 10_000,
      }),
      NOW + 10_000,
    );
    expect(types(routing, NOW + 100)).toEqual([]);
    expect(routing.sinceMs('a')).toBe(NOW + 10_000);
  });
});
