import { describe, expect, it } from 'vitest';
import type { RecordShape } from '#events';
import { field, responseShape } from '../../../test/harness/written-response.ts';
import { layOut, tableOf } from './table-layout.ts';

const shape = (...fields: RecordShape['fields']): RecordShape => ({ kind: 'record', fields });
const columnsOf = (of: RecordShape) =>
  layOut('experiment.created', of).data.map(({ name, kind, field: from }) => [name, kind, from]);

describe('the tables of an event type', () => {
  it('are named after it, or as people would call them', () => {
    expect([tableOf('experiment.conversion'), tableOf('ces.response_created')]).toEqual([
      'experiment_conversion',
      'ces_responses',
    ]);
    expect(layOut('ces.response_created', responseShape()).children.map(({ table }) => table)).toEqual([
      'ces_assignments',
    ]);
  });

  it('have a column a field, in snake case, and a table a list of records', () => {
    const item = shape(
      field('variantKey', 'string'),
      field('tags', { kind: 'array', items: { kind: 'string' } }),
    );
    const layout = layOut(
      'experiment.created',
      shape(
        field('experimentId', 'string'),
        field('pageLoadMs', 'long'),
        field('isControl', 'boolean'),
        field('payload', 'json'),
        field('browser', shape(field('name', 'string'), field('majorVersion', 'int'))),
        field('labels', { kind: 'array', items: { kind: 'string' } }),
        field('variants', { kind: 'array', items: item }),
      ),
    );
    expect(layout.data.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      ...['experiment_id text', 'page_load_ms bigint', 'is_control boolean', 'payload json'],
      ...['browser_name text', 'browser_major_version integer', 'labels json'],
    ]);
    const [variants] = layout.children;
    expect(variants?.table).toBe('experiment_created_variants');
    expect(variants?.columns.map(({ name }) => name)).toEqual([
      ...['event_id', 'project_id', 'position', 'accepted_at', 'variant_key', 'tags'],
    ]);
    const record = {
      ...{ experimentId: 'a\0b', payload: { x: 1 }, labels: ['a'], browser: null, isControl: false },
      variants: [{ variantKey: 'v', tags: [] }],
    };
    expect(layout.data.map(({ read }) => read(record))).toEqual([
      ...['a\uFFFDb', null, false, '{"x":1}', null, null, '["a"]'],
    ]);
    expect(variants?.items(record).map((one) => variants.data.map(({ read }) => read(one)))).toEqual([
      ['v', '[]'],
    ]);
  });

  it('keep a field apart from the column of the same name that every event has', () => {
    expect(columnsOf(shape(field('createdAt', 'timestamp')))).toEqual([
      ['data_created_at', 'timestamp', 'data.createdAt'],
    ]);
  });

  it.each([
    [
      shape(field('fooBar', 'int'), field('foo_bar', 'int')),
      /data\.foo_bar and data\.fooBar would both be the column foo_bar/,
    ],
    [shape(field('x'.repeat(64), 'int')), /longer than 63 letters/],
  ])('are refused by name where fields make no columns', (of, message) => {
    expect(() => columnsOf(of)).toThrow(
      expect.objectContaining({ code: 'HUB_WAREHOUSE_MISMATCHED', message: expect.stringMatching(message) }),
    );
  });
});
