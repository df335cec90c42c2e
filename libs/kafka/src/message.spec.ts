import type { KafkaMessage } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { toRawRecord } from './message.ts';

const read = (fields: Partial<KafkaMessage>) =>
  toRawRecord('t', 3, {
    key: null,
    value: null,
    timestamp: '1750000000000',
    attributes: 0,
    offset: '42',
    headers: {},
    ...fields,
  } as KafkaMessage);

describe('a record as Kafka gave it', () => {
  it('has its offset and time as numbers', () => {
    expect(read({})).toEqual({
      topic: 't',
      partition: 3,
      offset: 42,
      key: null,
      value: null,
      headers: {},
      timestampMs: 1_750_000_000_000,
    });
  });

  it('keeps key and value as bytes, whatever they are', () => {
    const bytes = Buffer.from([0, 255, 0]);
    expect(read({ key: bytes, value: Buffer.alloc(0) })).toMatchObject({
      key: bytes,
      value: Buffer.alloc(0),
    });
  });

  it.each([
    [undefined, {}],
    [{ a: Buffer.from('x') }, { a: 'x' }],
    [{ a: 'text' }, { a: 'text' }],
    [{ a: [Buffer.from('first'), Buffer.from('last')] }, { a: 'last' }],
    [{ a: [], b: undefined, c: 'kept' }, { c: 'kept' }],
  ])('has the headers %j as the last of each name', (headers, expected) => {
    const shown = Object.entries(read({ headers }).headers).map(([name, value]) => [name, value.toString()]);
    expect(Object.fromEntries(shown)).toEqual(expected);
  });
});
