import { GATHERED_REASON, type DeliveryRow } from './rows.ts';

/** Which of two states with the same number of attempts is the later one. The upsert ranks by the same numbers. */
export const RANK = { pending: 0, retrying: 1, held: 2, cancelled: 2, failed: 3, success: 3 } as const;

/** One row a delivery, the latest state of each; one statement must not touch a row twice. */
export function mergeDeliveries(rows: readonly DeliveryRow[]): DeliveryRow[] {
  const byId = new Map<string, DeliveryRow>();
  for (const row of rows) {
    const known = byId.get(row.id);
    if (known === undefined || isLater(row, known)) byId.set(row.id, row);
  }
  return [...byId.values()];
}

function isLater(row: DeliveryRow, known: DeliveryRow): boolean {
  if (row.attempts !== known.attempts) return row.attempts > known.attempts;
  if (RANK[row.status] !== RANK[known.status]) return RANK[row.status] > RANK[known.status];
  // One that waits for a digest was on its way to where that is decided.
  return isGathered(row) && !isGathered(known);
}

const isGathered = ({ reason }: DeliveryRow) => reason === GATHERED_REASON;
