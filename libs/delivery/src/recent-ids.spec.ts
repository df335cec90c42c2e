import { describe, expect, it } from 'vitest';
import { RecentIds, attemptKey } from './recent-ids.ts';

function recent(max: number, ...ids: string[]): RecentIds {
  const made = new RecentIds(max);
  for (const id of ids) made.add(id);
  return made;
}

const known = (ids: RecentIds, ...asked: string[]) => asked.filter((id) => ids.has(id));

describe('recent ids', () => {
  it('know what was added and nothing else', () => {
    expect(known(recent(3, 'a', 'b'), 'a', 'b', 'c')).toEqual(['a', 'b']);
  });

  it('forget the oldest first, one for each beyond the bound', () => {
    expect(known(recent(2, 'a', 'b', 'c', 'd'), 'a', 'b', 'c', 'd')).toEqual(['c', 'd']);
  });

  it('lose nothing to an id that is added again', () => {
    expect(known(recent(2, 'a', 'b', 'b', 'b', 'a'), 'a', 'b')).toEqual(['a', 'b']);
  });

  it('tell the attempts of a delivery apart', () => {
    const ids = recent(10, attemptKey('d', 1), attemptKey('d', 11));
    expect(known(ids, attemptKey('d', 1), attemptKey('d', 2), attemptKey('d', 11))).toHaveLength(2);
  });
});
