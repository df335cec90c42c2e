import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '#errors';
import type { Message } from '#kafka';
import type { WrittenEvent } from '#events';
import { createLog } from '#log';
import { Metrics } from '#service';
import { writtenResponse } from '../../../test/harness/written-response.ts';
import { SinkWriter } from './sink-writer.ts';
import type { Load, Loaded, Progress, Warehouse } from './warehouse.ts';

// Node's own promise timers are not among those that are faked; through the global ones they are.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => globalThis.setTimeout(resolve, ms)),
}));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TOPIC = 'hub.events.survey';
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const idsOf = ({ tables }: Load) => (tables[0]?.values[0] ?? []) as string[];
const stepsOf = ({ steps }: Load) => steps.map(({ partition, from, to }) => `${partition}: ${from}-${to}`);

/** A writer over a warehouse that does as told, and what came of it. */
function createWriter(
  answer: (load: Load) => Loaded = (load) => ({ kind: 'written', rows: idsOf(load).length }),
) {
  const loads: Load[] = [];
  const [finished, dead]: [number[], number[]] = [[], []];
  let stored: Progress[] = [];
  let moves = 0;
  const warehouse: Pick<Warehouse, 'write' | 'progress'> = {
    progress: () => Promise.resolve(stored),
    write: async (load) => {
      loads.push(load);
      return answer(load);
    },
  };
  const writer = new SinkWriter({
    warehouse: warehouse as Warehouse,
    deadLetter: async ({ offset }) => void dead.push(offset),
    moved: () => (moves += 1),
    metrics: new Metrics(),
    log: createLog('test', { level: 'silent' }),
  });
  const entry = (
    offset: number,
    written?: WrittenEvent,
    partition = 0,
  ): Message<WrittenEvent | undefined> => ({
    ...{ topic: TOPIC, partition, offset, key: null, value: null, headers: {}, timestampMs: 1_000 },
    decoded: written,
    finish: () => finished.push(offset),
  });
  return {
    ...{ writer, loads, finished, dead, entry },
    store: (...progress: Progress[]) => (stored = progress),
    moves: () => moves,
  };
}

const refused = () => new HubError('HUB_WAREHOUSE_REFUSED', 'no');
const away = () =>
  new HubError('HUB_WAREHOUSE_UNAVAILABLE', 'away', { cause: new Error('connect ECONNREFUSED db.internal') });

describe('a sink writer', () => {
  it('writes what gathered at once, from where each partition stands, and finishes it then', async () => {
    const { writer, loads, finished, entry, store } = createWriter();
    store({ topic: TOPIC, partition: 2, offset: 7 });
    const partitions = [0, 2].map((partition) => ({ topic: TOPIC, partition }));
    expect(await writer.positions(partitions)).toEqual([
      { topic: TOPIC, partition: 0, offset: 0 },
      { topic: TOPIC, partition: 2, offset: 7 },
    ]);
    const [one, other] = [writtenResponse(), writtenResponse()];
    writer.add([entry(3, one), entry(4)]);
    writer.add([entry(9, other, 2)]);
    expect(loads).toEqual([]);
    await pass(200);
    expect(loads.map(stepsOf)).toEqual([['0: 0-5', '2: 7-10']]);
    expect(loads.map(idsOf)).toEqual([[one.event.id, other.event.id]]);
    expect(finished).toEqual([3, 4, 9]);
    writer.add([entry(5)]);
    await pass(200);
    expect(loads.slice(1).map(stepsOf)).toEqual([['0: 5-6']]);
  });

  it('tries again for as long as the warehouse is away, and says so without the words of its driver', async () => {
    let isAway = true;
    const { writer, loads, finished, entry } = createWriter((load) => {
      if (isAway) throw away();
      return { kind: 'written', rows: idsOf(load).length };
    });
    writer.add([entry(0, writtenResponse())]);
    await pass(5_500);
    expect(loads.length).toBeGreaterThan(4);
    expect([writer.isHealthy, writer.failure?.message, finished]).toEqual([
      false,
      'The warehouse did not answer, or another process has its file.',
      [],
    ]);
    isAway = false;
    await pass(1_000);
    expect([writer.isHealthy, writer.failure, finished]).toEqual([true, undefined, [0]]);
    writer.note(new TypeError("cannot read 'secret' of undefined"));
    expect(writer.failure?.message).toBe('The sink has failed; its log says on what.');
  });

  it.each([[[0]], [[5]], [[0, 3, 6]]])(
    'puts %j away, which the warehouse refuses, and writes the rest in order',
    async (guilty) => {
      const written = Array.from({ length: 7 }, () => writtenResponse());
      const bad = new Set(guilty.map((index) => written[index]?.event.id));
      const taken: string[] = [];
      const steps: string[] = [];
      const { writer, finished, dead, entry } = createWriter((load) => {
        if (idsOf(load).some((id) => bad.has(id))) throw refused();
        taken.push(...idsOf(load));
        steps.push(...stepsOf(load));
        return { kind: 'written', rows: idsOf(load).length };
      });
      writer.add(written.map((one, offset) => entry(offset, one)));
      await pass(200);
      expect(dead).toEqual(guilty);
      expect(taken).toEqual(
        written.filter((_, index) => !guilty.includes(index)).map(({ event }) => event.id),
      );
      expect(finished).toEqual([0, 1, 2, 3, 4, 5, 6]);
      // Each step begins where the one before it ended.
      expect(steps.map((step) => step.split(/[ -]/).slice(1).map(Number))).toEqual(
        steps.map((_, index) => {
          const ends = steps.map((step) => Number(step.split('-')[1]));
          return [index === 0 ? 0 : ends[index - 1], ends[index]];
        }),
      );
    },
  );

  it('drops everything and asks anew when somebody else has moved a partition', async () => {
    const { writer, finished, moves, entry, store, loads } = createWriter((load) =>
      load.steps[0]?.from === 0 ? { kind: 'moved' } : { kind: 'written', rows: 1 },
    );
    writer.add([entry(0, writtenResponse()), entry(1, writtenResponse())]);
    await pass(1_000);
    expect([moves(), finished, loads.length]).toEqual([1, [], 1]);
    store({ topic: TOPIC, partition: 0, offset: 1 });
    await writer.positions([{ topic: TOPIC, partition: 0 }]);
    writer.add([entry(1, writtenResponse())]);
    await pass(200);
    expect(finished).toEqual([1]);
  });

  it('gives up what is gathered when it is stopped, also while the warehouse is away', async () => {
    const { writer, finished, entry } = createWriter(() => {
      throw away();
    });
    writer.add([entry(0, writtenResponse())]);
    await pass(300);
    const settled = writer.settle(30_000);
    const stopped = settled.then(() => writer.stop());
    await pass(2_000);
    await stopped;
    expect(finished).toEqual([]);
  });
});
