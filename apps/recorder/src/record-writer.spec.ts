import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '#errors';
import { createLog } from '#log';
import { sampleAttempt } from '../../../test/harness/pipeline-attempt.ts';
import { RecordWriter } from './record-writer.ts';
import type { Rows } from './rows.ts';
import { toRows } from './to-rows.ts';

// Node's own promise timers are not among those that are faked; through the global ones they are.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => globalThis.setTimeout(resolve, ms)),
}));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const away = () => Promise.reject(new HubError('HUB_DATABASE_UNAVAILABLE', 'away'));
const refused = () => Promise.reject(new HubError('HUB_DATABASE_REFUSED', 'no'));
const rowsOf = (deliveryId: string) =>
  toRows({ name: 'hub.pipeline.Attempt', value: sampleAttempt({ deliveryId }) });
const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `d${from + index}`);

/** A writer, the batches it tried to write, and which messages it has finished. */
function createWriter(write: (batch: readonly string[]) => Promise<void> = () => Promise.resolve()) {
  const tried: string[][] = [];
  const finished: string[] = [];
  const attempt = ({ attempts, deliveries }: Rows) => {
    const batch = attempts.map(({ deliveryId }) => deliveryId);
    expect(deliveries.map(({ id }) => id)).toEqual(batch);
    tried.push(batch);
    return write(batch);
  };
  const writer = new RecordWriter(attempt, createLog('test', { level: 'silent' }));
  const add = (...all: string[]) => {
    for (const id of all) writer.add(rowsOf(id), () => finished.push(id));
  };
  return { writer, tried, finished, add };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const sizes = (tried: readonly string[][]) => tried.map(({ length }) => length);

describe('a record writer', () => {
  it('gathers for a moment, then writes all at once and finishes all', async () => {
    const { tried, finished, add } = createWriter();
    add('a', 'b');
    await pass(49);
    add('c');
    expect([tried, finished]).toEqual([[], []]);
    await pass(1);
    expect([tried, finished]).toEqual([[['a', 'b', 'c']], ['a', 'b', 'c']]);
  });

  it('writes at once when there is a whole statement of it, and no more than that in one', async () => {
    const { tried, finished, add } = createWriter();
    add(...ids(2_300));
    await pass(0);
    expect(sizes(tried)).toEqual([1_000, 1_000]);
    await pass(50);
    expect(sizes(tried)).toEqual([1_000, 1_000, 300]);
    expect(finished).toEqual(ids(2_300));
  });

  it('finishes nothing before it is committed, and gathers meanwhile', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { tried, finished, add } = createWriter(() => promise);
    add('a');
    await pass(50);
    add('b', 'c');
    await pass(10_000);
    expect([tried, finished]).toEqual([[['a']], []]);
    resolve();
    await pass(50);
    expect([tried, finished]).toEqual([
      [['a'], ['b', 'c']],
      ['a', 'b', 'c'],
    ]);
  });
});

describe('while PostgreSQL is away', () => {
  it('the same batch is tried every second, the health is red, and nothing is finished or lost', async () => {
    let isAway = true;
    const { writer, tried, finished, add } = createWriter(() => (isAway ? away() : Promise.resolve()));
    add('a', 'b');
    await pass(50);
    expect(writer.isHealthy).toBe(false);
    add('c');
    await pass(5_000);
    expect(new Set(tried.map((batch) => batch.join()))).toEqual(new Set(['a,b']));
    expect(tried.length).toBe(6);
    expect(finished).toEqual([]);
    isAway = false;
    await pass(2_000);
    expect(finished).toEqual(['a', 'b', 'c']);
    expect(writer.isHealthy).toBe(true);
  });

  it('a stop gives up; what was not written is not finished', async () => {
    const { writer, tried, finished, add } = createWriter(away);
    add('a');
    await pass(50);
    writer.stop();
    await pass(60_000);
    expect([tried.length, finished]).toEqual([1, []]);
  });

  it('an error that says nothing of itself is tried again too', async () => {
    let failures = 1;
    const { finished, add } = createWriter(() =>
      failures-- > 0 ? Promise.reject(new Error('?')) : Promise.resolve(),
    );
    add('a');
    await pass(2_000);
    expect(finished).toEqual(['a']);
  });
});

describe('a row that PostgreSQL will never take', () => {
  it.each([
    [1, ['d0']],
    [2, ['d1']],
    [7, ['d3']],
    [1_000, ['d999']],
    [1_000, ['d0', 'd500', 'd501']],
  ])('of %i is found and left out: %j; all others are written', async (count, guilty) => {
    const written: string[] = [];
    const { tried, finished, add } = createWriter(async (batch) => {
      if (batch.some((id) => guilty.includes(id))) return refused();
      written.push(...batch);
    });
    add(...ids(count));
    await pass(50);
    expect(finished).toEqual(ids(count));
    expect(written).toEqual(ids(count).filter((id) => !guilty.includes(id)));
    expect(tried.length).toBeLessThanOrEqual(1 + guilty.length * 2 * Math.ceil(Math.log2(count + 1)));
  });

  it('is found also when PostgreSQL goes away in between', async () => {
    let calls = 0;
    const { finished, add } = createWriter((batch) => {
      calls += 1;
      if (calls % 2 === 0) return away();
      return batch.includes('d1') ? refused() : Promise.resolve();
    });
    add(...ids(4));
    await pass(60_000);
    expect(finished).toEqual(ids(4));
  });
});
