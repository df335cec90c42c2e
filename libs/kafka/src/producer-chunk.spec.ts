import { describe, expect, it } from 'vitest';
import { appendTimes, takeChunk, toChunk, type Pending } from './producer-chunk.ts';

function pending(key: string, fields: { topic?: string; bytes?: number; isSettled?: boolean } = {}): Pending {
  const { topic = 't', bytes = 100, isSettled = false } = fields;
  const record = { topic, key, value: Buffer.from(key) };
  return { record, bytes, resolve: () => {}, reject: () => {}, timer: undefined, isSettled };
}

const many = (count: number, fields = {}) =>
  Array.from({ length: count }, (_, index) => pending(`${index}`, fields));
const keys = (all: readonly Pending[]) => all.map(({ record }) => record.key);

describe('a chunk', () => {
  it('is taken from the front, in order, and leaves the rest waiting', () => {
    const waiting = many(600);
    const taken = [takeChunk(waiting), takeChunk(waiting), takeChunk(waiting), takeChunk(waiting)];
    expect(taken.map(({ length }) => length)).toEqual([250, 250, 100, 0]);
    expect(keys(taken.flat())).toEqual(keys(many(600)));
  });

  it('stays below what a batch may weigh', () => {
    const waiting = many(10, { bytes: 300 * 1024 });
    expect(takeChunk(waiting)).toHaveLength(3);
    expect(waiting).toHaveLength(7);
  });

  it('takes a record that is too heavy alone, so that Kafka can refuse it', () => {
    const heavy = pending('heavy', { bytes: 5 * 1024 * 1024 });
    const waiting = [heavy, ...many(2)];
    expect(takeChunk(waiting)).toEqual([heavy]);
    const behind = [...many(2), heavy];
    expect(takeChunk(behind)).toHaveLength(2);
    expect(takeChunk(behind)).toEqual([heavy]);
  });

  it('leaves out those whose deadline has passed, and counts them for nothing', () => {
    const late = many(3_000, { isSettled: true });
    const waiting = [...late.slice(0, 1_500), ...many(2), ...late.slice(1_500), pending('last')];
    expect(keys(takeChunk(waiting))).toEqual(['0', '1', 'last']);
    expect(waiting).toEqual([]);
  });
});

describe('what kafkajs is given', () => {
  it('is grouped by topic, each in the order of sending', () => {
    const records = ['a1', 'b1', 'a2', 'b2', 'a3'].map((key) => pending(key, { topic: key.slice(0, 1) }));
    const { topicMessages, messages } = toChunk(records);
    expect(topicMessages.map(({ topic, messages: all }) => [topic, all.map(({ key }) => key)])).toEqual([
      ['a', ['a1', 'a2', 'a3']],
      ['b', ['b1', 'b2']],
    ]);
    expect([...messages.keys()]).toEqual(records);
  });

  it('has headers where there are some, and null for a tombstone', () => {
    const plain = pending('k');
    const full = {
      ...pending('k'),
      record: { topic: 't', key: 'k', value: null, headers: { reason: 'gone' } },
    };
    expect(toChunk([plain, full]).topicMessages[0]?.messages).toEqual([
      { key: 'k', value: Buffer.from('k') },
      { key: 'k', value: null, headers: { reason: 'gone' } },
    ]);
  });
});

describe('the time of appending', () => {
  const times = appendTimes([
    { topicName: 't', partition: 0, errorCode: 0, logAppendTime: '1750000000000' },
    { topicName: 't', partition: 1, errorCode: 0, logAppendTime: '-1' },
    { topicName: 't', partition: 2, errorCode: 0 },
  ]);
  it.each([
    [0, 1_750_000_000_000],
    [1, undefined],
    [2, undefined],
    [3, undefined],
    [undefined, undefined],
  ])('of partition %s is %s', (partition, atMs) => {
    expect(times('t', partition)).toEqual({ atMs });
    expect(times('other', partition)).toEqual({ atMs: undefined });
  });
});
