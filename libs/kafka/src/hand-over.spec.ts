import type { KafkaMessage } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HubError } from '#errors';
import { createLog } from '#log';
import { HandOver, type HandOverOptions, type HandedOver } from './hand-over.ts';
import type { Batch, Message } from './message.ts';
import { OffsetTracker } from './offset-tracker.ts';
import type { OwnedPartition } from './partition-book.ts';

// Node's own promise timers are not among those that are faked; through the global ones they are.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => new Promise((resolve) => globalThis.setTimeout(resolve, ms)),
}));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Handle = HandOverOptions<string>['handle'];

const UNDECODABLE = 'poison';

interface Setup {
  handle?: Handle;
  learn?: () => Promise<void>;
  deadLetter?: () => Promise<void>;
}

/** A stage that finishes what it gets, unless told otherwise, and the books of what happened. */
function createStage({ handle, learn, deadLetter }: Setup = {}) {
  const handled: string[][] = [];
  const dead: [value: string | undefined, reason: string][] = [];
  const owned: OwnedPartition = {
    topic: 't',
    partition: 0,
    assignmentId: 7,
    tracker: new OffsetTracker(),
    committed: undefined,
  };
  const options: HandOverOptions<string> = {
    decoder: {
      learn: learn ?? (() => Promise.resolve()),
      decode: (value) => {
        if (value.toString() === UNDECODABLE) throw new HubError('HUB_RECORD_UNDECODABLE', 'no Avro');
        return value.toString();
      },
    },
    handle: async (batch) => {
      handled.push(batch.messages.map(({ decoded }) => decoded));
      await (handle ?? finishAll)(batch);
    },
    deadLetter: async (record, error) => {
      await deadLetter?.();
      dead.push([record.value?.toString(), error instanceof HubError ? error.code : String(error)]);
    },
  };
  const stage = new HandOver(options, createLog('test', { level: 'silent' }));
  return { stage, owned, handled, dead };
}

const finishAll: Handle = async ({ messages }) => messages.forEach(({ finish }) => finish());

function fetched(from: number, ...values: (string | null)[]): KafkaMessage[] {
  return values.map((value, index) => ({
    key: null,
    value: value === null ? null : Buffer.from(value),
    timestamp: '0',
    attributes: 0,
    offset: String(from + index),
    headers: {},
  }));
}

const beat = () => Promise.resolve();

/** Hands over a batch, and lets time pass as fast as it may. */
async function handOver(
  { stage, owned }: ReturnType<typeof createStage>,
  messages: KafkaMessage[],
  heartbeat = beat,
): Promise<HandedOver> {
  const done = stage.batch(owned, messages, heartbeat);
  const outcome = done.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  let isDone = false;
  void outcome.then(() => (isDone = true));
  for (let step = 0; step < 10_000 && !isDone; step += 1) await vi.advanceTimersByTimeAsync(50);
  const result = await outcome;
  if ('error' in result) throw result.error;
  return result.value;
}

/** A handler that throws as long as the batch holds the guilty one, and handles all others. */
function guilty(value: string, error: unknown): Handle {
  return async (batch) => {
    if (batch.messages.some(({ decoded }) => decoded === value)) throw error;
    await finishAll(batch);
  };
}

describe('a batch', () => {
  it('is handed over decoded, in order, with the assignment it belongs to', async () => {
    let seen: Batch<string> | undefined;
    const test = createStage({ handle: async (batch) => void (seen = batch) });
    expect(await handOver(test, fetched(5, 'a', 'b'))).toEqual({ resolved: 6, returnedUntilMs: undefined });
    expect(seen).toMatchObject({ topic: 't', partition: 0, assignmentId: 7 });
    expect(seen?.messages.map(({ decoded, offset }) => [decoded, offset])).toEqual([
      ['a', 5],
      ['b', 6],
    ]);
    expect(test.owned.tracker.mark).toBeUndefined();
    expect(test.owned.tracker.pending).toBe(2);
  });

  it('that was fetched again is not handed over again', async () => {
    const test = createStage();
    await handOver(test, fetched(5, 'a', 'b'));
    expect(await handOver(test, fetched(6, 'b', 'c'))).toMatchObject({ resolved: 7 });
    expect(await handOver(test, fetched(5, 'a'))).toMatchObject({ resolved: 5 });
    expect(test.handled).toEqual([['a', 'b'], ['c']]);
    expect(test.owned.tracker.mark).toBe(8);
  });

  it('that is empty is handed over to nobody', async () => {
    const test = createStage();
    expect(await handOver(test, [])).toEqual({ resolved: undefined, returnedUntilMs: undefined });
    expect(test.handled).toEqual([]);
  });
});

describe('a record that cannot be decoded', () => {
  it('is put away with its reason and finished; the next ones flow', async () => {
    const test = createStage();
    expect(await handOver(test, fetched(0, 'a', UNDECODABLE, null, 'b'))).toMatchObject({ resolved: 3 });
    expect(test.handled).toEqual([['a', 'b']]);
    expect(test.dead).toEqual([
      [UNDECODABLE, 'HUB_RECORD_UNDECODABLE'],
      [undefined, 'HUB_RECORD_UNDECODABLE'],
    ]);
    expect(test.owned.tracker.mark).toBe(4);
  });

  it('is tried to be put away until Kafka takes it, and only then finished', async () => {
    let failures = 5;
    const test = createStage({
      deadLetter: async () => {
        expect(test.owned.tracker.mark).toBeUndefined();
        if (failures-- > 0) throw new HubError('HUB_KAFKA_UNAVAILABLE', 'away');
      },
    });
    await handOver(test, fetched(0, UNDECODABLE));
    expect(test.dead).toHaveLength(1);
    expect(test.owned.tracker.mark).toBe(1);
  });

  it('is none as long as what decoding needs cannot be had', async () => {
    let failures = 7;
    const learn = async () => {
      if (failures-- > 0) throw new HubError('HUB_REGISTRY_UNAVAILABLE', 'away');
    };
    const test = createStage({ learn });
    await handOver(test, fetched(0, 'a'));
    expect([test.dead, test.handled]).toEqual([[], [['a']]]);
  });
});

describe('a handler that throws', () => {
  it.each([
    new SyntaxError('bad JSON'),
    new TypeError("reading 'x' of undefined"),
    new RangeError('outside buffer bounds'),
    new Error('plain'),
    new HubError('HUB_DATABASE_REFUSED', 'no'),
    'not even an error',
  ])('three times has only the guilty one put away: %s', async (error) => {
    const test = createStage({ handle: guilty('b', error) });
    expect(await handOver(test, fetched(0, 'a', 'b', 'c'))).toMatchObject({ resolved: 2 });
    expect(test.dead.map(([value]) => value)).toEqual(['b']);
    expect(test.handled.slice(0, 4)).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'b', 'c'], ['a']]);
    expect(test.handled.at(-1)).toEqual(['c']);
    expect(test.owned.tracker.mark).toBe(3);
    expect(test.stage.isFailing).toBe(false);
  });

  it('once or twice gets the same batch again', async () => {
    let failures = 2;
    const test = createStage({
      handle: async (batch) => {
        if (failures-- > 0) throw new TypeError('passing');
        await finishAll(batch);
      },
    });
    await handOver(test, fetched(0, 'a', 'b'));
    expect([test.handled.length, test.dead]).toEqual([3, []]);
  });

  it.each(['HUB_DATABASE_UNAVAILABLE', 'HUB_KAFKA_UNAVAILABLE', 'HUB_REGISTRY_UNAVAILABLE'] as const)(
    'because of %s is called until that passes, and nothing is put away',
    async (code) => {
      let failures = 20;
      const test = createStage({
        handle: async (batch) => {
          if (failures > 0) expect(test.stage.isFailing).toBe(failures < 20);
          if (failures-- > 0) throw new HubError(code, 'away');
          await finishAll(batch);
        },
      });
      await handOver(test, fetched(0, 'a', 'b'));
      expect([test.handled.length, test.dead]).toEqual([21, []]);
      expect(test.owned.tracker.mark).toBe(2);
      expect(test.stage.isFailing).toBe(false);
    },
  );

  it('after finishing some of the batch gets all of it again, which finishes once', async () => {
    let failures = 1;
    const test = createStage({
      handle: async (batch) => {
        batch.messages[0]?.finish();
        if (failures-- > 0) throw new Error('half way');
        await finishAll(batch);
      },
    });
    await handOver(test, fetched(0, 'a', 'b'));
    expect([test.owned.tracker.mark, test.owned.tracker.pending]).toEqual([2, 0]);
  });

  it('keeps the heart beating, and gives up when the consumer stops', async () => {
    let beats = 0;
    const test = createStage({
      handle: () => Promise.reject(new HubError('HUB_DATABASE_UNAVAILABLE', 'away')),
    });
    const heartbeat = async () => {
      beats += 1;
      if (beats === 200) test.stage.stop();
    };
    await handOver(test, fetched(0, 'a'), heartbeat);
    expect(beats).toBe(200);
    expect(test.dead).toEqual([]);
    expect(test.owned.tracker.mark).toBeUndefined();
  });
});

describe('a stop', () => {
  const away = new HubError('HUB_REGISTRY_UNAVAILABLE', 'away');

  it('while what decoding needs cannot be had leaves the records unfinished', async () => {
    const test = createStage({
      learn: async () => {
        test.stage.stop();
        throw away;
      },
    });
    await handOver(test, fetched(5, UNDECODABLE, 'b'));
    expect(test).toMatchObject({ handled: [], dead: [] });
    expect(test.owned.tracker.mark).toBeUndefined();
  });

  it('while a record cannot be put away leaves it unfinished', async () => {
    const test = createStage({
      deadLetter: async () => {
        test.stage.stop();
        throw away;
      },
    });
    await handOver(test, fetched(5, 'a', UNDECODABLE, 'c'));
    expect(test.dead).toEqual([]);
    expect(test.owned.tracker.mark).toBe(6);
  });
});

describe('what a stage hands back', () => {
  it('comes again, with all behind it, and what came before stays taken on', async () => {
    let isEarly = true;
    const handle: Handle = async (batch) => {
      const taken = isEarly ? batch.messages.slice(0, 1) : batch.messages;
      if (isEarly) batch.returnUntil(batch.messages[1] as Message<string>, 9_000);
      for (const { finish } of taken) finish();
    };
    const test = createStage({ handle });
    expect(await handOver(test, fetched(3, 'a', 'b', 'c'))).toEqual({ resolved: 3, returnedUntilMs: 9_000 });
    expect([test.owned.tracker.mark, test.owned.tracker.pending]).toEqual([4, 0]);
    isEarly = false;
    expect(await handOver(test, fetched(4, 'b', 'c'))).toMatchObject({ resolved: 5 });
    expect(test.handled).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
    expect(test.owned.tracker.mark).toBe(6);
  });

  it('from its first message on resolves nothing', async () => {
    const handle: Handle = async ({ messages, returnUntil }) =>
      returnUntil(messages[0] as Message<string>, 9_000);
    const test = createStage({ handle });
    expect(await handOver(test, fetched(3, 'a', 'b'))).toEqual({
      resolved: undefined,
      returnedUntilMs: 9_000,
    });
    expect(test.owned.tracker.pending).toBe(0);
  });
});

describe('a rebalance that breaks in', () => {
  const rebalancing = () => Promise.reject(new Error('The group is rebalancing'));

  it('gives back the batch, so that it is taken on again when it is fetched again', async () => {
    let isAway = true;
    const test = createStage({
      handle: async (batch) => {
        if (isAway) throw new HubError('HUB_DATABASE_UNAVAILABLE', 'away');
        await finishAll(batch);
      },
    });
    await expect(handOver(test, fetched(0, 'a', 'b'), rebalancing)).rejects.toThrow('rebalancing');
    expect(test.owned.tracker.pending).toBe(0);
    isAway = false;
    expect(await handOver(test, fetched(0, 'a', 'b'))).toMatchObject({ resolved: 1 });
    expect(test.owned.tracker.mark).toBe(2);
  });

  it('while a poison is put away does the same', async () => {
    let isAway = true;
    const test = createStage({
      deadLetter: async () => {
        if (isAway) throw new HubError('HUB_KAFKA_UNAVAILABLE', 'away');
      },
    });
    await expect(handOver(test, fetched(0, 'a', UNDECODABLE), rebalancing)).rejects.toThrow('rebalancing');
    expect(test.handled).toEqual([]);
    isAway = false;
    await handOver(test, fetched(0, 'a', UNDECODABLE));
    expect([test.handled, test.owned.tracker.mark]).toEqual([[['a']], 2]);
  });
});
