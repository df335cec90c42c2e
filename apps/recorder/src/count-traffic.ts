import type { AttemptRow, DeliveryRow, EventRow } from './rows.ts';

/** Upper bounds, in ms, of the classes that attempts are counted in by their duration; the last class has none. */
const DURATION_BOUNDS_MS = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000] as const;
const WIDTHS_MINUTES = [10, 60] as const;
const WHOLE_PROJECT = '00000000-0000-0000-0000-000000000000';

/** What is added to one step of one chart. */
export interface TrafficRow {
  tenantId: string;
  projectId: string;
  /** The nil UUID for the project as a whole. */
  destinationId: string;
  widthMinutes: number;
  /** Unix ms. */
  startsAt: number;
  events: number;
  deliveries: number;
  delivered: number;
  failed: number;
  /** Attempts by duration. */
  durations: number[];
}

interface NewRows {
  events: readonly EventRow[];
  deliveries: readonly DeliveryRow[];
  attempts: readonly AttemptRow[];
}

/** Adds up rows that were not there before. In the order of their key, so that two recorders never wait for each other. */
export function countTraffic({ events, deliveries, attempts }: NewRows): TrafficRow[] {
  const counts = new Map<string, TrafficRow>();
  const count = (owner: Owner, destinations: readonly string[], atMs: number) =>
    destinations.flatMap((destinationId) =>
      WIDTHS_MINUTES.map((widthMinutes) => {
        const width = widthMinutes * 60_000;
        return rowOf(counts, {
          tenantId: owner.tenantId,
          projectId: owner.projectId,
          destinationId,
          widthMinutes,
          startsAt: Math.floor(atMs / width) * width,
        });
      }),
    );
  for (const event of events)
    for (const row of count(event, [WHOLE_PROJECT], event.acceptedAt)) row.events += 1;
  for (const delivery of deliveries) {
    const rows = count(delivery, [WHOLE_PROJECT, delivery.destinationId], delivery.acceptedAt);
    for (const row of rows) row.deliveries += 1;
  }
  for (const attempt of attempts) {
    // What was interrupted on our side says nothing about the receiver.
    if (attempt.outcome === 'interrupted') continue;
    const rows = count(attempt, [WHOLE_PROJECT, attempt.destinationId], attempt.startedAt);
    for (const row of rows) countAttempt(row, attempt);
  }
  return [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

function countAttempt(row: TrafficRow, { outcome, durationMs }: AttemptRow): void {
  if (outcome === 'delivered') row.delivered += 1;
  else row.failed += 1;
  const found = DURATION_BOUNDS_MS.findIndex((bound) => durationMs <= bound);
  const index = found === -1 ? DURATION_BOUNDS_MS.length : found;
  row.durations[index] = (row.durations[index] ?? 0) + 1;
}

type Owner = Pick<TrafficRow, 'tenantId' | 'projectId'>;
type Key = Pick<TrafficRow, 'tenantId' | 'projectId' | 'destinationId' | 'widthMinutes' | 'startsAt'>;

function rowOf(counts: Map<string, TrafficRow>, key: Key): TrafficRow {
  const text = `${key.projectId} ${key.destinationId} ${key.widthMinutes} ${key.startsAt}`;
  let row = counts.get(text);
  if (row === undefined) {
    const durations = Array.from({ length: DURATION_BOUNDS_MS.length + 1 }, () => 0);
    row = { ...key, events: 0, deliveries: 0, delivered: 0, failed: 0, durations };
    counts.set(text, row);
  }
  return row;
}
