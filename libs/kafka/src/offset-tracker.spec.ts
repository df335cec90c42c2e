import { describe, expect, it } from 'vitest';
import { OffsetTracker } from './offset-tracker.ts';

function tracker(...offsets: number[]) {
  const made = new OffsetTracker();
  offsets.forEach((offset) => made.add(offset));
  return made;
}

describe('OffsetTracker', () => {
  it('has nothing to commit before the first message is finished', () => {
    expect(tracker(5, 6).mark).toBeUndefined();
  });

  it('commits only up to the first unfinished message, in whatever order they finish', () => {
    const offsets = tracker(5, 6, 7, 9);
    offsets.finish(7);
    expect(offsets.mark).toBeUndefined();
    offsets.finish(5);
    expect(offsets.mark).toBe(6);
    offsets.finish(6);
    expect(offsets.mark).toBe(8);
    offsets.finish(9);
    expect(offsets.mark).toBe(10);
    expect(offsets.pending).toBe(0);
  });

  it('drops what it has already taken on', () => {
    const offsets = tracker(5, 6);
    expect(offsets.add(6)).toBe(false);
    expect(offsets.add(4)).toBe(false);
    expect(offsets.add(7)).toBe(true);
  });

  it('is not moved by a message that finishes twice', () => {
    const offsets = tracker(1, 2, 3);
    offsets.finish(2);
    offsets.finish(2);
    offsets.finish(1);
    expect(offsets.mark).toBe(3);
    offsets.finish(1);
    offsets.finish(3);
    expect(offsets.mark).toBe(4);
  });

  it('takes on again what was given back', () => {
    const offsets = tracker(1, 2, 3);
    offsets.finish(1);
    offsets.dropFrom(2);
    expect(offsets.pending).toBe(0);
    expect(offsets.add(2)).toBe(true);
    offsets.finish(2);
    expect(offsets.mark).toBe(3);
  });

  it('does not take on again what was finished before it was given back', () => {
    const offsets = tracker(1, 2);
    offsets.finish(1);
    offsets.dropFrom(1);
    expect([offsets.add(1), offsets.add(2)]).toEqual([false, true]);
    offsets.finish(2);
    expect([offsets.mark, offsets.pending]).toEqual([3, 0]);
  });

  it('knows how much memory waits to be freed', () => {
    const offsets = new OffsetTracker();
    for (const offset of [1, 2, 3]) offsets.add(offset, offset * 10);
    offsets.finish(2);
    offsets.finish(2);
    expect(offsets.pendingBytes).toBe(40);
    offsets.dropFrom(3);
    expect(offsets.pendingBytes).toBe(10);
    offsets.finish(1);
    expect(offsets.pendingBytes).toBe(0);
  });

  it('stays small over many messages', () => {
    const offsets = tracker();
    for (let offset = 0; offset < 100_000; offset += 1) {
      offsets.add(offset);
      if (offset >= 10) offsets.finish(offset - 10);
    }
    expect(offsets.mark).toBe(99_990);
    expect(offsets.pending).toBe(10);
  });
});
