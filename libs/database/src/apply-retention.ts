import type { Queryable } from './database.ts';
import { sql } from './sql.ts';

const DAY_MS = 86_400_000;
const ROWS_PER_STATEMENT = 10_000;
const FINE_TRAFFIC_DAYS = 3;
const REPORT_DAYS = 90;

/** What one run of retention removed. */
export interface Removed {
  partitions: number;
  deliveries: number;
  eventIds: number;
}

/** Makes the day partitions of events and attempts from yesterday to a week ahead; returns how many were missing. */
export async function createPartitionsAhead(database: Queryable, now: Date): Promise<number> {
  const row = await database.row<{ made: number }>(
    sql`select create_day_partitions(${day(now, -1)}::date, ${day(now, 7)}::date) as made`,
  );
  return row?.made ?? 0;
}

/** Drops whole days of events and attempts older than `days` days; returns the number of partitions dropped. */
export async function dropPartitionsOlderThan(database: Queryable, days: number, now: Date): Promise<number> {
  const row = await database.row<{ dropped: number }>(
    sql`select drop_partitions_before(${day(now, -days)}::date) as dropped`,
  );
  return row?.dropped ?? 0;
}

/** Forgets everything older than `days` days, and makes the coming days' partitions. */
export async function applyRetention(database: Queryable, days: number, now: Date): Promise<Removed> {
  await createPartitionsAhead(database, now);
  const cutoff = new Date(`${day(now, -days)}T00:00:00Z`);
  const partitions = await dropPartitionsOlderThan(database, days, now);
  // In slices, so that no statement holds its locks for long or meets the statement timeout.
  const deliveries = await inSlices(() =>
    database.run(sql`delete from deliveries where ctid = any(array(
      select ctid from deliveries where accepted_at < ${cutoff} limit ${ROWS_PER_STATEMENT}))`),
  );
  const eventIds = await inSlices(() =>
    database.run(sql`delete from event_ids where ctid = any(array(
      select ctid from event_ids where created_at < ${cutoff} limit ${ROWS_PER_STATEMENT}))`),
  );
  // Fine steps are for the charts of a day; what is left of deleted destinations is nobody's.
  const fineCutoff = new Date(now.getTime() - FINE_TRAFFIC_DAYS * DAY_MS);
  await inSlices(() =>
    database.run(sql`delete from traffic where ctid = any(array(
      select ctid from traffic where starts_at < ${cutoff} or (width_minutes = 10 and starts_at < ${fineCutoff})
      limit ${ROWS_PER_STATEMENT}))`),
  );
  await database.run(sql`
    delete from destination_health h where not exists (select from destinations where id = h.destination_id)`);
  await removeEndedSignIns(database, now);
  await database.run(sql`delete from dead_letters where failed_at < ${cutoff}`);
  await database.run(sql`delete from erased_events where erased_at < ${cutoff}`);
  // No topic keeps records for so long: with the report go its marks on the topic.
  const reportsUntil = new Date(now.getTime() - REPORT_DAYS * DAY_MS);
  await database.run(sql`delete from replays where finished_at < ${reportsUntil}`);
  await database.run(sql`delete from erasure_jobs where finished_at < ${reportsUntil}`);
  return { partitions, deliveries, eventIds };
}

/** Sessions, links and invitations that are over have no other use. The audit log keeps what came of them. */
async function removeEndedSignIns(database: Queryable, now: Date): Promise<void> {
  await database.run(sql`delete from sessions where expires_at < ${now}`);
  await database.run(sql`delete from verifications where expires_at < ${now}`);
  await database.run(sql`delete from invitations where expires_at < ${now} and accepted_at is null`);
}

async function inSlices(removeSlice: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const removed = await removeSlice();
    total += removed;
    if (removed < ROWS_PER_STATEMENT) return total;
  }
}

const day = (now: Date, offset: number) =>
  new Date(now.getTime() + offset * DAY_MS).toISOString().slice(0, 10);
