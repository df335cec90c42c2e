/** A member of a group and the partitions it owned until now. */
export interface Claim {
  memberId: string;
  owned: readonly number[];
}

/**
 * Shares partitions 0 … count-1 among the members: sizes differ by at most one, and a member keeps what it owned as
 * far as its share allows. The same claims give the same answer, whatever their order.
 * @returns partitions by member id, each list ascending
 */
export function balance(claims: readonly Claim[], count: number): Map<string, number[]> {
  const members = claims.toSorted(
    (a, b) => b.owned.length - a.owned.length || (a.memberId < b.memberId ? -1 : 1),
  );
  const smallest = Math.floor(count / Math.max(1, members.length));
  const larger = count - smallest * members.length;
  const shares = new Map(
    members.map(({ memberId }, index) => [memberId, smallest + (index < larger ? 1 : 0)]),
  );
  const result = new Map(members.map(({ memberId }) => [memberId, [] as number[]]));
  const taken = new Set<number>();
  for (const { memberId, owned } of members) {
    for (const partition of owned.toSorted((a, b) => a - b)) {
      const kept = result.get(memberId) ?? [];
      if (partition >= count || taken.has(partition) || kept.length >= (shares.get(memberId) ?? 0)) continue;
      kept.push(partition);
      taken.add(partition);
    }
  }
  const free = Array.from({ length: count }, (_, partition) => partition).filter(
    (partition) => !taken.has(partition),
  );
  for (const [memberId, kept] of result) {
    kept.push(...free.splice(0, (shares.get(memberId) ?? 0) - kept.length));
    kept.sort((a, b) => a - b);
  }
  return result;
}
