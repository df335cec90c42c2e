import { describe, expect, it } from 'vitest';
import { PartitionBook } from './partition-book.ts';

const TOPICS = ['deliveries', 'retry'];
const both = (...partitions: number[]) => Object.fromEntries(TOPICS.map((topic) => [topic, partitions]));

function book(memberId: string, ...partitions: number[]): PartitionBook {
  const made = new PartitionBook();
  made.assign(memberId, both(...partitions));
  return made;
}

function take(from: PartitionBook, topic: string, partition: number, ...offsets: number[]): void {
  for (const offset of offsets) from.find(topic, partition)?.tracker.add(offset);
}

function finish(from: PartitionBook, topic: string, partition: number, ...offsets: number[]): void {
  for (const offset of offsets) from.find(topic, partition)?.tracker.finish(offset);
}

describe('the book of partitions', () => {
  it('knows what is owned, and no more', () => {
    const owned = book('m', 1, 4);
    expect(owned.numbers()).toEqual([1, 4]);
    expect(owned.all()).toHaveLength(4);
    expect(owned.find('deliveries', 4)?.partition).toBe(4);
    expect(owned.find('deliveries', 2)).toBeUndefined();
    expect(owned.find('another', 1)).toBeUndefined();
  });

  it('gives a partition of all topics one assignment id, and each partition another', () => {
    const owned = book('m', 1, 4);
    const ids = owned.assignments();
    expect(new Set(ids.values()).size).toBe(2);
    for (const { partition, assignmentId } of owned.all()) expect(assignmentId).toBe(ids.get(partition));
  });
});

describe('a rebalance', () => {
  it('keeps what this member keeps: its id, its work in flight, its commits', () => {
    const owned = book('m', 1, 4);
    const before = owned.find('deliveries', 1);
    take(owned, 'deliveries', 1, 10, 11);
    finish(owned, 'deliveries', 1, 10);
    owned.assign('m', both(1, 2));
    expect(owned.find('deliveries', 1)).toBe(before);
    expect(owned.pending).toBe(1);
    expect(owned.uncommitted()).toEqual([{ topic: 'deliveries', partition: 1, offset: '11' }]);
  });

  it('commits nothing for what was lost, whatever finishes there later', () => {
    const owned = book('m', 1, 4);
    take(owned, 'deliveries', 4, 10);
    const lost = owned.find('deliveries', 4);
    owned.assign('m', both(1));
    lost?.tracker.finish(10);
    expect(owned.uncommitted()).toEqual([]);
    expect(owned.pending).toBe(0);
    owned.markCommitted([{ topic: 'deliveries', partition: 4, offset: '11' }]);
    expect(owned.find('deliveries', 4)).toBeUndefined();
  });

  it('starts a partition afresh that was away in between', () => {
    const owned = book('m', 1, 4);
    const before = owned.assignments().get(4);
    take(owned, 'deliveries', 4, 10);
    owned.assign('m', both(1));
    owned.assign('m', both(1, 4));
    expect(owned.assignments().get(4)).not.toBe(before);
    expect(owned.find('deliveries', 4)?.tracker.add(10)).toBe(true);
  });

  it.each([
    ['as another member', (owned: PartitionBook) => owned.assign('n', both(1, 4))],
    [
      'after the group was left',
      (owned: PartitionBook) => {
        owned.clear();
        owned.assign('m', both(1, 4));
      },
    ],
  ])('starts everything afresh %s: others may have owned it meanwhile', (_, rejoin) => {
    const owned = book('m', 1, 4);
    take(owned, 'deliveries', 1, 10);
    finish(owned, 'deliveries', 1, 10);
    const before = owned.assignments();
    rejoin(owned);
    for (const [partition, id] of owned.assignments()) expect(id).not.toBe(before.get(partition));
    expect(owned.uncommitted()).toEqual([]);
    expect(owned.pending).toBe(0);
  });

  it('never gives an assignment id again', () => {
    const owned = new PartitionBook();
    const seen = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      owned.assign(`m${round}`, both(0, 1, 2));
      for (const id of owned.assignments().values()) seen.add(id);
    }
    expect(seen.size).toBe(60);
  });
});

describe('a book that is renewed', () => {
  it('keeps what is owned and voids what is in flight', () => {
    const owned = book('m', 1, 4);
    const [before, ids] = [owned.find('retry', 4), owned.assignments()];
    take(owned, 'retry', 4, 7);
    owned.renew();
    before?.tracker.finish(7);
    expect(owned.numbers()).toEqual([1, 4]);
    expect(owned.pending).toBe(0);
    expect(owned.uncommitted()).toEqual([]);
    for (const { partition, assignmentId } of owned.all()) {
      expect(assignmentId).toBe(owned.assignments().get(partition));
      expect([...ids.values()]).not.toContain(assignmentId);
    }
  });
});

describe('what may be committed', () => {
  it('is each mark that moved since the last commit', () => {
    const owned = book('m', 1);
    take(owned, 'deliveries', 1, 10, 11, 12);
    expect(owned.uncommitted()).toEqual([]);
    finish(owned, 'deliveries', 1, 11);
    expect(owned.uncommitted()).toEqual([]);
    finish(owned, 'deliveries', 1, 10);
    const commits = owned.uncommitted();
    expect(commits).toEqual([{ topic: 'deliveries', partition: 1, offset: '12' }]);
    finish(owned, 'deliveries', 1, 12);
    // The commit was on its way while the mark moved on.
    owned.markCommitted(commits);
    expect(owned.uncommitted()).toEqual([{ topic: 'deliveries', partition: 1, offset: '13' }]);
    owned.markCommitted(owned.uncommitted());
    expect(owned.uncommitted()).toEqual([]);
  });

  it('is kept apart by topic', () => {
    const owned = book('m', 1);
    take(owned, 'deliveries', 1, 10);
    take(owned, 'retry', 1, 500);
    finish(owned, 'retry', 1, 500);
    expect(owned.uncommitted()).toEqual([{ topic: 'retry', partition: 1, offset: '501' }]);
    expect(owned.pending).toBe(1);
  });
});
