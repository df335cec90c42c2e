import type { Queryable } from './database.ts';
import { sql } from './sql.ts';

/** What a replay can be of. `missing` are events that the destination never had a delivery of. */
export const REPLAY_SELECTIONS = ['held', 'failed', 'all', 'missing'] as const;
/** Where a replay can stand. */
export const REPLAY_STATUSES = ['running', 'paused', 'done', 'cancelled'] as const;

/** One of `REPLAY_SELECTIONS`. */
export type ReplaySelection = (typeof REPLAY_SELECTIONS)[number];
/** One of `REPLAY_STATUSES`. */
export type ReplayStatus = (typeof REPLAY_STATUSES)[number];
/** `again` keeps event ids, `new` makes copies with ids of their own, `skip` cancels what is held. */
export type ReplayMode = 'again' | 'new' | 'skip';

/** What is to be sent, of one destination. */
export interface Selected {
  projectId: string;
  destinationId: string;
  selection: ReplaySelection;
  eventTypes: readonly string[];
  /** Only failed ones whose last attempt met this: a status, or the name of an error. */
  error: string | null;
  from: Date | null;
  to: Date;
}

/** How much a replay would send. */
export interface SelectionCount {
  count: number;
  oldestAt: Date | null;
  newestAt: Date | null;
}

/** What a destination takes, and how fast it can be sent to. */
export interface DestinationPace {
  /** Patterns, as it was told. */
  eventTypes: string[];
  rateLimit: number | null;
  /** How long its attempts took on average; null when there were none lately. */
  attemptMs: number | null;
}

/** A replay as it stands. */
export interface Replay extends Omit<Selected, 'projectId'> {
  id: string;
  mode: ReplayMode;
  status: ReplayStatus;
  /** Why it is paused or cancelled. */
  reason: string | null;
  total: number;
  sent: number;
  /** Whose event is no longer stored, or which the destination's filter does not take. */
  skipped: number;
  createdAt: Date;
  updatedAt: Date;
  finishedAt: Date | null;
}

/** A replay that is to be started. */
export interface NewReplayRow extends Selected {
  id: string;
  mode: ReplayMode;
  total: number;
}

/** How many of a replay's deliveries stand where. */
export type ReplayDeliveries = Record<string, number>;

/** Most replays of one destination that are not over. */
export const MAX_OPEN_REPLAYS = 10;

const STATUSES_OF = {
  held: ['held'],
  failed: ['failed'],
  all: ['success', 'failed', 'held', 'cancelled'],
} as const;

/** The deliveries that a selection is of; none where it is of events. */
export function statusesOf(selection: ReplaySelection): readonly string[] {
  return selection === 'missing' ? [] : STATUSES_OF[selection];
}

/** Counts what a replay would send. */
export async function countSelected(database: Queryable, selected: Selected): Promise<SelectionCount> {
  const { projectId, destinationId, selection, eventTypes, error, from, to } = selected;
  const row = await database.row<SelectionCount>(
    selection === 'missing'
      ? sql`
        select count(*)::int as count, min(accepted_at) as "oldestAt", max(accepted_at) as "newestAt"
        from events e
        where project_id = ${projectId} and type = any(${eventTypes}::text[]) and replay_of is null
          and (${from}::timestamptz is null or accepted_at >= ${from}) and accepted_at < ${to}
          and not exists (select from deliveries where event_id = e.id and destination_id = ${destinationId})`
      : sql`
        select count(*)::int as count, min(accepted_at) as "oldestAt", max(accepted_at) as "newestAt"
        from deliveries
        where project_id = ${projectId} and destination_id = ${destinationId} and not is_test
          and event_type = any(${eventTypes}::text[]) and status = any(${statusesOf(selection)}::text[])
          and (${from}::timestamptz is null or accepted_at >= ${from}) and accepted_at < ${to}
          and (${error}::text is null or coalesce(last_error, last_status::text) = ${error})`,
  );
  return row ?? { count: 0, oldestAt: null, newestAt: null };
}

/** What a destination takes, and how fast it can be sent to; undefined when there is none. */
export async function paceOf(
  database: Queryable,
  { projectId, destinationId }: Pick<Selected, 'projectId' | 'destinationId'>,
): Promise<DestinationPace | undefined> {
  return database.row<DestinationPace>(sql`
    select d.event_types as "eventTypes", d.rate_limit as "rateLimit", (
      select sum(10 * to_10_ms + 25 * to_25_ms + 50 * to_50_ms + 100 * to_100_ms + 250 * to_250_ms + 500 * to_500_ms
          + 1000 * to_1000_ms + 2500 * to_2500_ms + 5000 * to_5000_ms + 10000 * to_10000_ms + 30000 * to_30000_ms
          + 30000 * over_30000_ms)::float8 / nullif(sum(delivered + failed), 0)
      from traffic t
      where t.project_id = d.project_id and t.destination_id = d.id and width_minutes = 60
        and starts_at > now() - interval '1 day') as "attemptMs"
    from destinations d where d.id = ${destinationId} and d.project_id = ${projectId}`);
}

/** Starts a replay. False when there is no such destination, or when it has `MAX_OPEN_REPLAYS` already. */
export async function addReplay(database: Queryable, replay: NewReplayRow): Promise<boolean> {
  const { id, projectId, destinationId, selection, mode, eventTypes, error, from, to, total } = replay;
  const added = await database.run(sql`
    insert into replays (id, tenant_id, project_id, destination_id, selection, mode, event_types, error, from_at, to_at, total)
    select ${id}, tenant_id, project_id, d.id, ${selection}, ${mode}, ${eventTypes}, ${error}, ${from}::timestamptz,
      ${to}::timestamptz, ${total}
    from destinations d
    where id = ${destinationId} and project_id = ${projectId} and ${MAX_OPEN_REPLAYS} > (
      select count(*) from replays where destination_id = d.id and status in ('running', 'paused'))`);
  return added > 0;
}

/** Which replays to show; of everybody without a project. */
export interface ReplayFilter {
  projectId?: string;
  id?: string;
  destinationId?: string;
  status?: ReplayStatus;
  limit: number;
  after?: { at: Date; id: string };
}

/** Replays, newest first. */
export async function listReplays(database: Queryable, filter: ReplayFilter): Promise<Replay[]> {
  const { projectId, id, destinationId, status, limit, after } = filter;
  return database.rows<Replay>(sql`
    select id, destination_id as "destinationId", selection, mode, event_types as "eventTypes", error,
      from_at as "from", to_at as "to", status, reason, greatest(total, sent + skipped) as total, sent, skipped,
      created_at as "createdAt", updated_at as "updatedAt", finished_at as "finishedAt"
    from replays
    where (${projectId}::uuid is null or project_id = ${projectId}) and (${id}::uuid is null or id = ${id})
      and (${destinationId}::uuid is null or destination_id = ${destinationId})
      and (${status}::text is null or status = ${status})
      and (${after?.id}::uuid is null or (created_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid))
    order by created_at desc, id desc limit ${limit}`);
}

/** Where the deliveries of a replay stand, but for those that a later replay took. */
export async function deliveriesOfReplay(database: Queryable, id: string): Promise<ReplayDeliveries> {
  const rows = await database.rows<{ status: string; n: number }>(sql`
    select status, count(*)::int as n from deliveries where replay_id = ${id} group by status order by status`);
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

/** Pauses, continues or cancels a replay. False when it stands elsewhere than in `from`. */
export async function moveReplay(
  database: Queryable,
  { projectId, id }: { projectId?: string; id: string },
  { from, to, reason }: { from: readonly ReplayStatus[]; to: ReplayStatus; reason: string | null },
): Promise<boolean> {
  const moved = await database.run(sql`
    update replays set status = ${to}, reason = ${reason}, updated_at = clock_timestamp(),
      finished_at = case when ${to} in ('done', 'cancelled') then clock_timestamp() end
    where id = ${id} and (${projectId}::uuid is null or project_id = ${projectId}) and status = any(${from}::text[])`);
  return moved > 0;
}

/** Since when everything is stored that was accepted; before, retention has removed what there was. */
export async function forgottenBefore(database: Queryable): Promise<Date | undefined> {
  const row = await database.row<{ before: Date }>(
    sql`select before from forgotten where before > '-infinity'`,
  );
  return row?.before;
}

/** Deliveries that have failed for good, of one destination and reason. */
export interface FailureCount {
  destinationId: string;
  /** What the last attempt met, as a replay of failed ones takes it: a status, or the name of an error. */
  error: string | null;
  count: number;
  oldestAt: Date;
  newestAt: Date;
}

/** Counts the deliveries of a project that have failed for good. */
export async function countFailures(
  database: Queryable,
  { projectId, eventTypes }: Pick<Selected, 'projectId' | 'eventTypes'>,
): Promise<FailureCount[]> {
  return database.rows<FailureCount>(sql`
    select v.destination_id as "destinationId", coalesce(v.last_error, v.last_status::text) as error,
      count(*)::int as count, min(v.accepted_at) as "oldestAt", max(v.accepted_at) as "newestAt"
    from destinations d join deliveries v on v.destination_id = d.id and v.status = 'failed'
      and v.event_type = any(${eventTypes}::text[]) and not v.is_test
    where d.project_id = ${projectId}
    group by 1, 2 order by count(*) desc, 1, 2 limit 1000`);
}
