import { describe, expect, it } from 'vitest';
import { sampleDelivery } from '../../../test/harness/pipeline-samples.ts';
import type { BatchPolicy } from './batching.ts';
import { Gathering } from './gathering.ts';
import type { Job } from './lane.ts';

const NOW = 1_750_000_000_000;
const POLICY: BatchPolicy = {
  minEvents: 1,
  maxEvents: 3,
  maxBytes: 100,
  maxWaitMs: 1_000,
  spacingMs: 0,
  groupOf: ({ eventType }) => (eventType === 'alone' ? undefined : eventType),
  sizeOf: ({ batch }) => batch?.size ?? Infinity,
};

function job(
  key: string,
  eventType: string,
  more: { atMs?: number; bytes?: number; size?: number } = {},
): Job {
  const { atMs = NOW, bytes = 10, size } = more;
  const batch = size === undefined ? null : { id: 'b', size };
  const delivery = sampleDelivery({ id: key, eventType, body: Buffer.alloc(bytes), batch });
  return { key, delivery, finishers: [], takenOnAtMs: atMs };
}

function gather(policy: Partial<BatchPolicy> | undefined, ...queue: Job[]) {
  const clock = { ms: NOW };
  const whole = policy && { ...POLICY, ...policy };
  const gathering = new Gathering(
    () => whole,
    () => clock.ms,
  );
  const pick = () => {
    const picked = gathering.pick(queue);
    return typeof picked === 'number' ? picked - NOW : picked.map(({ key }) => key);
  };
  return { clock, queue, pick };
}

describe('what goes in one request', () => {
  it('is the first alone where nobody asked for batches', () => {
    const { pick, queue } = gather(undefined, job('1', 'a'), job('2', 'a'));
    expect(pick()).toEqual(['1']);
    expect(queue).toHaveLength(1);
  });

  it('is as many of a group as it may be, at once, in their order', () => {
    const { pick } = gather({}, job('1', 'a'), job('x', 'b'), job('2', 'a'), job('3', 'a'), job('4', 'a'));
    expect(pick()).toEqual(['1', '2', '3']);
    expect(pick()).toBe(1_000);
  });

  it('is what there is when the oldest has waited long enough', () => {
    const { pick, clock } = gather({}, job('1', 'a'), job('2', 'a', { atMs: NOW + 900 }));
    expect(pick()).toBe(1_000);
    clock.ms += 1_000;
    expect(pick()).toEqual(['1', '2']);
  });

  it('is at once what belongs to no group, also behind those that wait', () => {
    const { pick } = gather({}, job('1', 'a'), job('x', 'alone'));
    expect(pick()).toEqual(['x']);
    expect(pick()).toBe(1_000);
  });

  it('is no more bytes than it may be, unless one event is more by itself', () => {
    const bytes = (count: number) => ({ bytes: count });
    const { pick } = gather(
      {},
      job('1', 'a', bytes(60)),
      job('2', 'a', bytes(50)),
      job('3', 'b', bytes(200)),
    );
    expect(pick()).toEqual(['1']);
    expect(pick()).toEqual(['3']);
    expect(pick()).toBe(1_000);
  });

  it('is the whole of a batch that is sent again as soon as it is there', () => {
    const { pick } = gather({}, job('1', 'a', { size: 2 }), job('2', 'a', { size: 2 }));
    expect(pick()).toEqual(['1', '2']);
  });

  it('keeps its distance from the last of its group, however many wait', () => {
    const { pick, clock, queue } = gather({ spacingMs: 60_000 }, job('1', 'a'), job('2', 'a'), job('3', 'a'));
    expect(pick()).toEqual(['1', '2', '3']);
    queue.push(job('4', 'a'), job('5', 'a'), job('6', 'a'), job('x', 'b', { atMs: NOW - 1_000 }));
    expect(pick()).toEqual(['x']);
    expect(pick()).toBe(60_000);
    clock.ms += 60_000;
    expect(pick()).toEqual(['4', '5', '6']);
  });
});
