import type { AttemptRow } from './rows.ts';

/** What some attempts say about their destination. Times are Unix ms. */
export interface HealthRow {
  destinationId: string;
  tenantId: string;
  projectId: string;
  enabledEpoch: number;
  consecutiveFailures: number;
  lastAttemptAt: number;
  lastSuccessAt: number | null;
  lastFailureAt: number | null;
  lastFailureStatus: number | null;
  lastFailureError: string | null;
  lastFailureDeliveryId: string | null;
}

const endOf = ({ startedAt, durationMs }: AttemptRow) => startedAt + durationMs;

/** One row a destination, in the order of their ids. */
export function sumUpHealth(attempts: readonly AttemptRow[]): HealthRow[] {
  const rows = new Map<string, HealthRow>();
  const told = attempts.filter(({ outcome }) => outcome !== 'interrupted');
  for (const attempt of told.toSorted((a, b) => endOf(a) - endOf(b)))
    rows.set(attempt.destinationId, { ...rows.get(attempt.destinationId), ...newsOf(attempt) } as HealthRow);
  return [...rows.values()]
    .map((row) => ({ ...NOTHING, ...row }))
    .toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1));
}

const NOTHING = {
  lastSuccessAt: null,
  lastFailureAt: null,
  lastFailureStatus: null,
  lastFailureError: null,
  lastFailureDeliveryId: null,
};

function newsOf(attempt: AttemptRow): Partial<HealthRow> {
  const { destinationId, tenantId, projectId, enabledEpoch, consecutiveFailures } = attempt;
  const at = endOf(attempt);
  const news = { destinationId, tenantId, projectId, enabledEpoch, consecutiveFailures, lastAttemptAt: at };
  if (attempt.outcome === 'delivered') return { ...news, lastSuccessAt: at };
  return {
    ...news,
    lastFailureAt: at,
    lastFailureStatus: attempt.status,
    lastFailureError: attempt.errorClass,
    lastFailureDeliveryId: attempt.deliveryId,
  };
}
