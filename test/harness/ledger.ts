import { sql } from '#database';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { TestHub } from './hub.ts';
import { perEvent, type Receipt, type Receiver } from './receiver.ts';
import type { SampleEvent } from './events.ts';

/** What was published and who should have it. */
export interface Accounts {
  hub: TestHub;
  receiver: Receiver;
  acknowledged: readonly SampleEvent[];
  /** Paths of the webhooks that take every event. */
  paths: readonly string[];
}

/** The differences between what should be and what is; all empty is a clean ledger. */
export interface Balance {
  lost: string[];
  phantoms: string[];
  /** Requests beyond the first for an event and a path. */
  duplicates: number;
  changedBodies: string[];
  attemptsWithoutRequest: number;
  requestsWithoutAttempt: number;
}

/** A clean ledger, duplicates apart. */
export const CLEAN = {
  lost: [],
  phantoms: [],
  changedBodies: [],
  attemptsWithoutRequest: 0,
  requestsWithoutAttempt: 0,
};

/** A process of the hub that was killed. */
export interface Kill {
  pid: number;
  atMs: number;
}

/** Time that an answered request's outcome may take to become durable. */
const RECORDING_MS = 1_000;

/**
 * The requests that were repeated although no kill explains it: only one that was in flight in a killed process, not
 * yet answered or its outcome not yet durable, may come again. Needs a hub with `MARK_REQUESTS`.
 */
export function unexplainedRepeats(
  { receiver, paths }: Pick<Accounts, 'receiver' | 'paths'>,
  kills: readonly Kill[],
): string[] {
  const wasInFlight = ({ sender, atMs, endedAtMs = Infinity }: Receipt) =>
    kills.some(
      (kill) => sender === String(kill.pid) && atMs <= kill.atMs + 5 && endedAtMs > kill.atMs - RECORDING_MS,
    );
  const repeated = [
    ...groupByKey(paths.flatMap((path) => perEvent(receiver.receipts(path)))).values(),
  ].flatMap((group) => group.slice(0, -1));
  return repeated
    .filter((receipt) => !wasInFlight(receipt))
    .map(({ path, eventId, sender, atMs }) => `${path} ${eventId} by ${sender} at ${atMs}`);
}

interface AttemptCount {
  eventId: string;
  url: string;
  attempts: number;
}

/** Holds every acknowledged event against every request that the receiver saw and every attempt in the books. */
export async function balance({ hub, receiver, acknowledged, paths }: Accounts): Promise<Balance> {
  const expected = new Set(acknowledged.map(({ id }) => id));
  const seen = groupByKey(paths.flatMap((path) => perEvent(receiver.receipts(path))));
  const booked = await countAttempts(hub, paths);
  const wanted = paths.flatMap((path) => [...expected].map((id) => `${path} ${id}`));
  const requests = [...seen.values()];
  const keys = new Set([...seen.keys(), ...booked.keys()]);
  const excess = (key: string) => (seen.get(key)?.length ?? 0) - (booked.get(key) ?? 0);
  return {
    lost: wanted.filter((key) => !seen.has(key)),
    phantoms: requests.flatMap(([first]) =>
      first !== undefined && !expected.has(first.eventId) ? [first.eventId] : [],
    ),
    duplicates: requests.reduce((sum, group) => sum + group.length - 1, 0),
    changedBodies: [...seen]
      .filter(([, group]) => group.some(({ body }) => !body.equals(group[0]?.body ?? body)))
      .map(([key]) => key),
    attemptsWithoutRequest: [...keys].reduce((sum, key) => sum + Math.max(0, -excess(key)), 0),
    requestsWithoutAttempt: [...keys].reduce((sum, key) => sum + Math.max(0, excess(key)), 0),
  };
}

/** Waits until every acknowledged event has arrived at every path, and its delivery is recorded as a success. */
export async function settled(
  { hub, receiver, acknowledged, paths }: Accounts,
  timeoutMs: number,
): Promise<void> {
  await eventually(() => {
    for (const path of paths) {
      const arrived = new Set(perEvent(receiver.receipts(path)).map(({ eventId }) => eventId));
      const missing = acknowledged.filter(({ id }) => !arrived.has(id)).length;
      expect(missing, `${missing} of ${acknowledged.length} events still missing at ${path}`).toBe(0);
    }
  }, timeoutMs);
  await eventually(async () => {
    const rows = await hub.database.rows<{ status: string; count: number }>(
      sql`select status, count(*)::int as count from deliveries group by status order by status`,
    );
    expect(rows).toEqual([{ status: 'success', count: acknowledged.length * paths.length }]);
  }, 30_000);
}

function groupByKey(receipts: readonly Receipt[]): Map<string, Receipt[]> {
  return Map.groupBy(receipts, ({ path, eventId }) => `${path} ${eventId}`);
}

async function countAttempts({ database }: TestHub, paths: readonly string[]): Promise<Map<string, number>> {
  const rows = await database.rows<AttemptCount>(
    sql`select event_id as "eventId", url, count(*)::int as attempts from attempts group by event_id, url`,
  );
  const counts = rows.map(({ eventId, url, attempts }) => ({
    path: new URL(url).pathname,
    eventId,
    attempts,
  }));
  return new Map(
    counts
      .filter(({ path }) => paths.includes(path))
      .map(({ path, eventId, attempts }) => [`${path} ${eventId}`, attempts]),
  );
}
