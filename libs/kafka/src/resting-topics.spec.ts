import { describe, expect, it } from 'vitest';
import { RestingTopics } from './resting-topics.ts';

const NOTHING = { pause: [], resume: [] };

/** Fetches every 5 ms, each of which brings a record. */
function busy(rest: RestingTopics, candidates: string[], fromMs: number, untilMs: number) {
  const all = [];
  for (let atMs = fromMs; atMs <= untilMs; atMs += 5)
    all.push({ atMs, ...rest.beforeFetch(() => candidates, 1, atMs) });
  return all;
}

describe('partitions that may rest', () => {
  it('are all fetched from while nothing comes', () => {
    const rest = new RestingTopics();
    for (let atMs = 10_000; atMs < 11_000; atMs += 250)
      expect(rest.beforeFetch(() => ['a/0', 'b/0'], 0, atMs)).toEqual(NOTHING);
  });

  it('are all fetched from in a short burst', () => {
    const rest = new RestingTopics();
    expect(busy(rest, ['a/0', 'b/0'], 10_000, 10_245).every(({ pause }) => pause.length === 0)).toBe(true);
  });

  it('are all fetched from while something comes now and then', () => {
    const rest = new RestingTopics();
    for (let atMs = 10_000; atMs < 11_000; atMs += 21)
      expect(rest.beforeFetch(() => ['a/0', 'b/0'], 1, atMs)).toEqual(NOTHING);
  });

  it('are left out of fetches that follow one another fast, but for one every 25 ms', () => {
    const rest = new RestingTopics();
    busy(rest, ['a/0', 'b/0'], 9_755, 10_000);
    const fetches = busy(rest, ['a/0', 'b/0'], 10_005, 10_055);
    const changes = fetches.filter(({ pause, resume }) => pause.length + resume.length > 0);
    expect(changes).toEqual([
      { atMs: 10_005, pause: ['a/0', 'b/0'], resume: [] },
      { atMs: 10_025, pause: [], resume: ['a/0', 'b/0'] },
      { atMs: 10_030, pause: ['a/0', 'b/0'], resume: [] },
      { atMs: 10_050, pause: [], resume: ['a/0', 'b/0'] },
      { atMs: 10_055, pause: ['a/0', 'b/0'], resume: [] },
    ]);
  });

  it('that had something lately are not left out', () => {
    const rest = new RestingTopics();
    rest.filled('a/0', 10_000);
    const paused = (fetches: ReturnType<typeof busy>) => new Set(fetches.flatMap(({ pause }) => pause));
    expect(paused(busy(rest, ['a/0', 'b/0'], 10_000, 11_995))).toEqual(new Set(['b/0']));
    expect(paused(busy(rest, ['a/0', 'b/0'], 12_000, 12_100))).toEqual(new Set(['a/0', 'b/0']));
  });

  it('are asked for again as soon as a fetch brings nothing', () => {
    const rest = new RestingTopics();
    busy(rest, ['a/0'], 9_700, 10_010);
    expect(rest.beforeFetch(() => ['a/0'], 0, 10_260)).toEqual({ pause: [], resume: ['a/0'] });
  });

  it('are forgotten by a rebalance, which ended their pauses', () => {
    const rest = new RestingTopics();
    busy(rest, ['a/0'], 9_700, 10_010);
    rest.clear();
    expect(rest.beforeFetch(() => [], 0, 10_015)).toEqual(NOTHING);
  });
});
