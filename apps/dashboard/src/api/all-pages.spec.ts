import { expect, it } from 'vitest';
import { allPages } from './all-pages.ts';

const listOf = (all: readonly number[], size: number) => {
  const asked: (string | undefined)[] = [];
  const ask = ({ cursor }: { limit: number; cursor?: string }) => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const next = from + size;
    return Promise.resolve({
      items: all.slice(from, next),
      nextCursor: next < all.length ? String(next) : null,
    });
  };
  return { ask, asked };
};

it('follows the cursor to the end', async () => {
  const { ask, asked } = listOf([1, 2, 3, 4, 5], 2);
  expect(await allPages(ask)).toEqual([1, 2, 3, 4, 5]);
  expect(asked).toEqual([undefined, '2', '4']);
});

it('stops after ten pages', async () => {
  const all = Array.from({ length: 40 }, (_, index) => index);
  expect(await allPages(listOf(all, 1).ask)).toEqual(all.slice(0, 10));
});
