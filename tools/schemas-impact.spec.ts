import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataShapeOf, type RecordShape } from '#events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inline, readSchemas, type AvroNode } from './generate-events.ts';
import type { LiveDestination } from './live-destinations.store.ts';
import { findImpact } from './schemas-impact.ts';

const NAME = 'hub.events.ExperimentConversion';
const schemas = readSchemas();
const conversion = inline(schemas.get(NAME) as AvroNode, schemas);
const shape = (change: (fields: NonNullable<AvroNode['fields']>) => NonNullable<AvroNode['fields']>) => {
  const schema = structuredClone(conversion);
  const data = schema.fields?.find(({ name }) => name === 'data')?.type as AvroNode;
  data.fields = change(data.fields ?? []);
  return new Map<string, RecordShape>([[NAME, dataShapeOf(schema)]]);
};
const before = shape((fields) => fields);
const without = (gone: string) => (fields: NonNullable<AvroNode['fields']>) =>
  fields.filter(({ name }) => name !== gone);

const destination = (fields: Partial<LiveDestination>): LiveDestination => ({
  ...{ id: 'd1', projectId: 'p1', kind: 'webhook', name: 'Orders', eventTypes: ['experiment.conversion'] },
  ...{ filter: null, transformation: null, ...fields },
});
const filtered = destination({ filter: 'data.revenue > 100' });
const transformed = destination({ id: 'd2', transformation: '{ "value": data.revenue }' });
const nested = destination({ id: 'd3', transformation: 'data.{ "value": revenue }' });
const others = [
  destination({ id: 'o1', filter: 'data.currency == "EUR"', transformation: '{ "c": data.currency }' }),
  destination({
    id: 'o2',
    eventTypes: ['ces.*'],
    filter: 'data.score > 1',
    transformation: '{ "r": data.revenue }',
  }),
  destination({ id: 'o3', filter: 'data.neverWas == 1' }),
];
const all = [filtered, transformed, nested, ...others];
const broken = (next: ReadonlyMap<string, RecordShape>) =>
  findImpact(all, { before, next }).map((line) => line.split(' ')[1]);

describe('a changed schema', () => {
  it('that loses a field breaks what names it, and says how', () => {
    expect(findImpact(all, { before, next: shape(without('revenue')) })).toEqual([
      'webhook d1 "Orders" of project p1: its filter must be a CEL expression: no such key: revenue (character 6)',
      'webhook d2 "Orders" of project p1: its transformation names data.revenue, which is gone or of another type',
      'webhook d3 "Orders" of project p1: its transformation names data.revenue, which is gone or of another type',
    ]);
  });

  it('that renames a field breaks the same', () => {
    const renamed = shape((fields) =>
      fields.map((field) => (field.name === 'revenue' ? { ...field, name: 'amount' } : field)),
    );
    expect(broken(renamed)).toEqual(['d1', 'd2', 'd3']);
  });

  it('that gives a field another type breaks the same', () => {
    const retyped = shape((fields) =>
      fields.map((field) => (field.name === 'revenue' ? { ...field, type: ['null', 'string'] } : field)),
    );
    expect(broken(retyped)).toEqual(['d1', 'd2', 'd3']);
  });

  it.each([
    [
      'has a new field',
      shape((fields) => [...fields, { name: 'more', type: ['null', 'string'], default: null }]),
    ],
    ['loses a field that nobody names', shape(without('referrer'))],
    ['is the same', before],
  ])('that %s breaks nothing', (_, next) => {
    expect(broken(next)).toEqual([]);
  });
});

describe('npm run schemas:impact', () => {
  const folder = mkdtempSync(join(tmpdir(), 'impact-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], { cwd: folder });
  const file = 'schemas/hub/events/ExperimentConversion.avsc';
  const run = () =>
    spawnSync(
      process.execPath,
      [
        ...['--conditions=source', join(import.meta.dirname, 'schemas-impact.ts')],
        ...['--destinations', 'destinations.json', '--since', 'HEAD', file],
      ],
      { encoding: 'utf8', cwd: folder },
    );
  beforeAll(() => {
    cpSync(join(import.meta.dirname, '../schemas'), join(folder, 'schemas'), { recursive: true });
    writeFileSync(join(folder, 'destinations.json'), JSON.stringify(all));
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'before');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('reads an exported file, passes where nothing has changed, and fails where something would break', () => {
    const total = 'of 6 destinations with a filter or a transformation\n';
    expect(run()).toMatchObject({ stdout: `0 broken, ${total}`, stderr: '', status: 0 });
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"name": "revenue"', '"name": "amount"'));
    const { stdout, stderr, status } = run();
    expect({ stdout, status }).toEqual({ stdout: `3 broken, ${total}`, status: 1 });
    expect(stderr).toContain('webhook d1 "Orders" of project p1: its filter must be');
  }, 30_000);
});
