import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { encodeRecord, type BatchRecord } from './encode-record.ts';

const require = createRequire(import.meta.url);
const path = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js');
// Another file of this process may have replaced it.
delete require.cache[path];
const encodeAsKafkajs = require(path) as typeof encodeRecord;

const LENGTHS = [0, 1, 63, 64, 127, 128, 511, 512, 8_191, 8_192, 70_000];

describe('a record', () => {
  it.each<[string, BatchRecord]>([
    ['with nothing but a value', { value: Buffer.from('value') }],
    ['with a tombstone', { key: 'key', value: null }],
    ['without a key', { key: null, value: Buffer.from('value') }],
    ['with text beyond ASCII', { key: 'ключ-鍵', value: Buffer.from([0, 255]) }],
    ['with headers of every form', { value: null, headers: { a: 'text', b: Buffer.from([1, 2]), ö: '' } }],
    ['with a repeated header', { value: null, headers: { a: ['one', Buffer.from('two')] } }],
    ['far down its batch', { value: null, offsetDelta: 123_456, timestampDelta: 9_999 }],
    ['months after the first of its batch', { value: null, timestampDelta: 2 ** 33 }],
    ['before the first of its batch', { value: null, timestampDelta: -70 }],
  ])('%s has the bytes that kafkajs gives it', (_, record) => {
    expect(encodeRecord(record).buffer).toEqual(encodeAsKafkajs(record).buffer);
  });

  it.each(LENGTHS)('with a value of %i bytes has the bytes that kafkajs gives it', (length) => {
    const record = { key: 'k'.repeat(length % 200), value: Buffer.alloc(length, 7) };
    expect(encodeRecord(record).buffer).toEqual(encodeAsKafkajs(record).buffer);
  });
});
