import { describe, expect, it, vi } from 'vitest';
import { HubError } from '#errors';
import { createLog } from '#log';
import { settled } from '../../../test/harness/recording-producer.ts';
import { ClaimIds } from './claim-ids.ts';
import type { Claim, ClaimRow } from './claim.ts';
import type { EventIdStore } from './event-id.store.ts';

const row = (id: string): ClaimRow => ({ projectId: 'p', id, bodyHash: Buffer.alloc(0) });
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(`${index}`));

/** Claims before a database that answers what `claim` and `mark` say, and notes what it was asked. */
function createClaims({
  claim = (all: readonly ClaimRow[]): Promise<Claim[]> =>
    Promise.resolve(all.map(({ id }) => ({ kind: 'open', createdAtMs: Number(id) }))),
  mark = () => Promise.resolve(),
} = {}) {
  const asked: string[][] = [];
  const marked: string[][] = [];
  const store = {
    claim: (all: readonly ClaimRow[]) => {
      asked.push(all.map(({ id }) => id));
      return claim(all);
    },
    markPublished: (all: readonly { id: string }[]) => {
      marked.push(all.map(({ id }) => id));
      return mark();
    },
  } as unknown as EventIdStore;
  return { claims: new ClaimIds(store, createLog('test', { level: 'silent' })), asked, marked };
}

describe('claims', () => {
  it('of one turn of the event loop go together, and each gets its own answer', async () => {
    const { claims, asked } = createClaims();
    const answers = await Promise.all(rows(3).map((one) => claims.claim(one)));
    expect(asked).toEqual([['0', '1', '2']]);
    expect(answers.map((answer) => answer.kind === 'open' && answer.createdAtMs)).toEqual([0, 1, 2]);
  });

  it('gather while a statement is under way, and go in statements of 500', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { claims, asked } = createClaims({
      claim: async (all) => {
        await promise;
        return all.map(() => ({ kind: 'published' }));
      },
    });
    const first = claims.claim(row('first'));
    await settled();
    const more = Promise.all(rows(1_200).map((one) => claims.claim(one)));
    await settled();
    expect(asked).toEqual([['first']]);
    resolve();
    expect(await first).toEqual({ kind: 'published' });
    expect(await more).toHaveLength(1_200);
    expect(asked.map(({ length }) => length)).toEqual([1, 500, 500, 200]);
  });

  it('are open while the database is away: events come in all the same', async () => {
    const { claims } = createClaims({
      claim: () => Promise.reject(new HubError('HUB_DATABASE_UNAVAILABLE', 'away')),
    });
    const open = { kind: 'open', createdAtMs: undefined };
    expect(await Promise.all(rows(2).map((one) => claims.claim(one)))).toEqual([open, open]);
  });

  it.each([new HubError('HUB_DATABASE_REFUSED', 'no'), new TypeError('a defect')])(
    'fail with any other error, and the next are asked again: %s',
    async (error) => {
      let failures = 1;
      const { claims } = createClaims({
        claim: (all) =>
          failures-- > 0 ? Promise.reject(error) : Promise.resolve(all.map(() => ({ kind: 'conflict' }))),
      });
      await expect(claims.claim(row('a'))).rejects.toBe(error);
      expect(await claims.claim(row('b'))).toEqual({ kind: 'conflict' });
    },
  );
});

describe('what was published', () => {
  it('is marked in batches, with or without claims beside it', async () => {
    const { claims, marked } = createClaims();
    for (const { projectId, id } of rows(700)) claims.markPublished(projectId, id);
    await claims.claim(row('x'));
    await settled();
    expect(marked.map(({ length }) => length)).toEqual([500, 200]);
  });

  it('and could not be marked stops nothing', async () => {
    const { claims, marked } = createClaims({
      mark: () => Promise.reject(new HubError('HUB_DATABASE_UNAVAILABLE', 'away')),
    });
    claims.markPublished('p', 'a');
    await settled();
    claims.markPublished('p', 'b');
    expect(await claims.claim(row('c'))).toMatchObject({ kind: 'open' });
    await settled();
    expect(marked).toEqual([['a'], ['b']]);
  });
});

describe('a claim whose statement hangs', () => {
  it('is open after a second, so that the event gets in', async () => {
    vi.useFakeTimers();
    try {
      const { claims } = createClaims({ claim: () => new Promise(() => {}) });
      const claim = claims.claim(row('1'));
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await claim).toEqual({ kind: 'open', createdAtMs: undefined });
    } finally {
      vi.useRealTimers();
    }
  });
});
