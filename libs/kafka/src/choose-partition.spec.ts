import { Partitioners, type PartitionMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { choosePartition } from './choose-partition.ts';
import { murmur2 } from './murmur2.ts';

const partitions = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({ partitionId, leader: 1 })) as PartitionMetadata[];

describe('choosePartition', () => {
  // From the tests of Apache Kafka's own Utils.murmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Java does', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('agrees with kafkajs on every key', () => {
    const theirs = Partitioners.DefaultPartitioner();
    for (let index = 0; index < 2_000; index += 1) {
      const key = index % 3 === 0 ? crypto.randomUUID() : 'ключ-🗝'.repeat(index % 7) + String(index);
      const args = {
        topic: 't',
        partitionMetadata: partitions(1 + (index % 13)),
        message: { key, value: null },
      };
      expect(choosePartition(args)).toBe(theirs(args));
    }
  });
});
