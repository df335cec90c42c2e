import type { DeliveryRow } from './rows.ts';

/** Which of two states with the same number of attempts is the later one. The upsert ranks by the same numbers. */
const RANK = { pending: 0, retrying: 1, held: 2, cancelled: 2, failed: 3, success: 3 } as const;

/** One row a delivery, the latest state of each; one statement must not touch a row twice. */
export function mergeDeliveries(rows: readonly DeliveryRow[]): DeliveryRow[] {
  const byId = new Map<string, DeliveryRow>();
  for (const row of rows) {
    const known = byId.get(row.id);
    if (known === undefined || isLater(row, known)) byId.set(row.id, row);
  }
  return [...byId.values()];
}

/** Rank of a status among those with the same number of attempts. */
export function rankOf(status: DeliveryRow['status']): number {
  return RANK[status];
}

function isLater(row: DeliveryRow, known: DeliveryRow): boolean {
  if (row.attempts !== known.attempts) return row.attempts > known.attempts;
  return rankOf(row.status) > rankOf(known.status);
}
