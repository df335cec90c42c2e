import { describe, expect, it } from 'vitest';
import { balance, type Claim } from './balance-partitions.ts';

const cases: { it: string; claims: Claim[]; count: number; expected: Record<string, number[]> }[] = [
  {
    it: 'gives a lone member everything',
    claims: [{ memberId: 'a', owned: [] }],
    count: 3,
    expected: { a: [0, 1, 2] },
  },
  {
    it: 'shares evenly among new members',
    claims: [
      { memberId: 'a', owned: [] },
      { memberId: 'b', owned: [] },
    ],
    count: 5,
    expected: { a: [0, 1, 2], b: [3, 4] },
  },
  {
    it: 'moves no more than it must to a newcomer',
    claims: [
      { memberId: 'new', owned: [] },
      { memberId: 'old', owned: [0, 1, 2, 3] },
    ],
    count: 4,
    expected: { old: [0, 1], new: [2, 3] },
  },
  {
    it: 'gives a leaver’s partitions to those who stay, who keep theirs',
    claims: [
      { memberId: 'a', owned: [0, 1] },
      { memberId: 'b', owned: [4, 5] },
    ],
    count: 6,
    expected: { a: [0, 1, 2], b: [3, 4, 5] },
  },
  {
    it: 'settles a partition claimed twice',
    claims: [
      { memberId: 'a', owned: [0, 1] },
      { memberId: 'b', owned: [1] },
    ],
    count: 2,
    expected: { a: [0], b: [1] },
  },
  {
    it: 'leaves members without work when there are more of them than partitions',
    claims: ['a', 'b', 'c'].map((memberId) => ({ memberId, owned: [] })),
    count: 2,
    expected: { a: [0], b: [1], c: [] },
  },
  {
    it: 'forgets partitions that no longer exist',
    claims: [{ memberId: 'a', owned: [7] }],
    count: 1,
    expected: { a: [0] },
  },
];

describe('balance', () => {
  it.each(cases)('$it', ({ claims, count, expected }) => {
    expect(Object.fromEntries(balance(claims, count))).toEqual(expected);
    expect(Object.fromEntries(balance(claims.toReversed(), count))).toEqual(expected);
  });

  it('gives every partition to exactly one member, through many joins and leaves', () => {
    let claims: Claim[] = [{ memberId: 'm0', owned: [] }];
    for (let round = 1; round < 50; round += 1) {
      claims = round % 3 === 0 ? claims.slice(1) : [...claims, { memberId: `m${round}`, owned: [] }];
      const shares = balance(claims, 24);
      expect([...shares.values()].flat().toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: 24 }, (_, p) => p),
      );
      const sizes = [...shares.values()].map((share) => share.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      claims = [...shares].map(([memberId, owned]) => ({ memberId, owned }));
    }
  });
});
