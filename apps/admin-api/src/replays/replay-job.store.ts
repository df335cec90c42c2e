import {
  sql,
  statusesOf,
  type Database,
  type Queryable,
  type ReplayMode,
  type ReplaySelection,
} from '#database';
import type { DestinationKind } from '#events';

/** A replay that is under way, and what is known of its destination. */
export interface ReplayJob {
  id: string;
  tenantId: string;
  projectId: string;
  destinationId: string;
  selection: ReplaySelection;
  mode: ReplayMode;
  eventTypes: string[];
  error: string | null;
  from: Date | null;
  to: Date;
  cursor: [string, string] | null;
  createdAt: Date;
  kind: DestinationKind;
  filter: string | null;
  transformation: string | null;
  isEnabled: boolean;
  /** Deliveries that were published and have no outcome yet. */
  outstanding: number;
}

/** A delivery with the body that it carries; null when its event is no longer stored. */
export interface ReplayedRow {
  id: string;
  eventId: string;
  eventType: string;
  tenantId: string;
  projectId: string;
  destinationId: string;
  kind: DestinationKind;
  replayId: string;
  status: string;
  attempts: number;
  acceptedAt: Date;
  /** Of the event. */
  body: Buffer | null;
  /** Of its requests, where it is not the event's own. */
  ownBody: Buffer | null;
  transformation: string | null;
}

/** An event that a destination never had. */
export interface MissingRow {
  id: string;
  type: string;
  acceptedAt: Date;
  recordedIn: string;
  body: Buffer;
}

/** A copy of an event that is sent as a new one. */
export interface CopiedEvent {
  id: string;
  replayOf: string;
  body: Buffer;
}

/** How far a page brought its replay. */
export interface Advance {
  cursor: [string, string] | null;
  sent: number;
  skipped: number;
}

const LEASE = 'replays';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
/** A page holds no more than this of bodies, but at least one. */
const MAX_PAGE_BYTES = 4 * 1_024 * 1_024;
const pluck = <Row, K extends keyof Row>(rows: readonly Row[], key: K): Row[K][] =>
  rows.map((row) => row[key]);

/** Replays as their runner sees them: those of everybody. */
export class ReplayJobStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Has this process run the replays until `ms` from now, unless another does. */
  async lease(holder: string, ms: number): Promise<boolean> {
    const taken = await this.#database.run(sql`
      insert into leases (name, holder, until) values (${LEASE}, ${holder}, now() + ${ms} * interval '1 ms')
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where leases.holder = excluded.holder or leases.until < now()`);
    return taken > 0;
  }

  async release(holder: string): Promise<void> {
    await this.#database.run(sql`delete from leases where name = ${LEASE} and holder = ${holder}`);
  }

  /** The oldest running replay of each destination. */
  async running(): Promise<ReplayJob[]> {
    return this.#database.rows<ReplayJob>(sql`
      select distinct on (r.destination_id) r.id, r.tenant_id as "tenantId", r.project_id as "projectId",
        r.destination_id as "destinationId", r.selection, r.mode, r.event_types as "eventTypes", r.error,
        r.from_at as "from", r.to_at as "to", r.cursor, r.created_at as "createdAt", d.kind, d.filter, d.transformation,
        d.is_enabled as "isEnabled",
        (select count(*)::int from deliveries where replay_id = r.id and status = 'pending') as outstanding
      from replays r join destinations d on d.id = r.destination_id
      where r.status = 'running' order by r.destination_id, r.created_at, r.id`);
  }

  /** What was marked as sent and has no outcome: of one replay, or of all. */
  async outstanding(limit: number, after: string, replayId?: string): Promise<ReplayedRow[]> {
    return this.#database.rows<ReplayedRow>(sql`
      select v.id, v.event_id as "eventId", v.event_type as "eventType", v.tenant_id as "tenantId",
        v.project_id as "projectId", v.destination_id as "destinationId", d.kind, v.replay_id as "replayId",
        v.status, v.attempts, v.accepted_at as "acceptedAt", e.body, v.body as "ownBody", d.transformation
      from (
        select * from deliveries
        where replay_id is not null and status = 'pending' and id > ${after}
          and (${replayId}::uuid is null or replay_id = ${replayId})
        order by id limit ${limit}) v
      join destinations d on d.id = v.destination_id
      left join events e on e.id = v.event_id and e.accepted_at = v.accepted_at
      order by v.id`);
  }

  /** Deliveries of the replay that were held meanwhile: they are sent once more. */
  async heldAgain(job: ReplayJob, limit: number): Promise<ReplayedRow[]> {
    return this.#withBodies(
      sql`
        select * from deliveries where replay_id = ${job.id} and status = 'held' order by accepted_at, id limit ${limit}`,
      job,
    );
  }

  /** The next deliveries that the replay is of, oldest first. */
  async next(job: ReplayJob, limit: number): Promise<ReplayedRow[]> {
    const { destinationId, eventTypes, error, from, to, cursor } = job;
    const [at, id] = cursor ?? [];
    return this.#withBodies(
      sql`
        select found.* from unnest(${eventTypes}::text[]) wanted_type
        cross join unnest(${statusesOf(job.selection)}::text[]) wanted_status
        cross join lateral (
          select * from deliveries
          where destination_id = ${destinationId} and event_type = wanted_type and status = wanted_status
            and not is_test and (${from}::timestamptz is null or accepted_at >= ${from}) and accepted_at < ${to}
            and (${error}::text is null or coalesce(last_error, last_status::text) = ${error})
            and (${id}::uuid is null or (accepted_at, id) > (${at}::timestamptz, ${id}::uuid))
          order by accepted_at, id limit ${limit}) found
        order by found.accepted_at, found.id limit ${limit}`,
      job,
    );
  }

  /**
   * The next events that the destination never had, in the order in which they were recorded, up to where nothing is
   * added any more.
   */
  async missing(job: ReplayJob, limit: number): Promise<MissingRow[]> {
    const { projectId, destinationId, eventTypes, from, to, cursor } = job;
    const [recordedIn, id] = cursor ?? [];
    return this.#database.rows<MissingRow>(sql`
      select id, type, accepted_at as "acceptedAt", recorded_in as "recordedIn", body from (
        select *, sum(octet_length(body)) over (order by recorded_in, id) as bytes, row_number() over (order by recorded_in, id) as place
        from (
          select * from events e
          where project_id = ${projectId} and type = any(${eventTypes}::text[]) and replay_of is null
            and (${from}::timestamptz is null or accepted_at >= ${from}) and accepted_at < ${to}
            and recorded_in < pg_snapshot_xmin(pg_current_snapshot())
            and (${id}::uuid is null or (recorded_in, id) > (${recordedIn}::xid8, ${id}::uuid))
            and not exists (select from deliveries where event_id = e.id and destination_id = ${destinationId})
          order by recorded_in, id limit ${limit}) page
        ) sized
      where bytes <= ${MAX_PAGE_BYTES} or place = 1 order by recorded_in, id`);
  }

  /** Marks these as sent by the replay, where they still stand as they were read. @returns ids of those that did */
  async restart(
    job: ReplayJob,
    rows: readonly ReplayedRow[],
    advance: Advance,
  ): Promise<Set<string> | undefined> {
    return this.#advancing(job, advance, (transaction) =>
      transaction.rows<{ id: string }>(sql`
        update deliveries v
        set status = 'pending', reason = null, next_attempt_at = null, updated_at = now(), replay_id = ${job.id}
        from unnest(${pluck(rows, 'id')}::uuid[], ${pluck(rows, 'status')}::text[], ${pluck(rows, 'attempts')}::int[])
          as row (id, status, attempts)
        where v.id = row.id and v.status = row.status and v.attempts = row.attempts
        returning v.id`),
    );
  }

  /** Adds deliveries that there were none of. @returns ids of those that there still were none of */
  async add(
    job: ReplayJob,
    rows: readonly ReplayedRow[],
    advance: Advance,
  ): Promise<Set<string> | undefined> {
    return this.#advancing(job, advance, (transaction) => insertDeliveries(transaction, job, rows));
  }

  /** Adds copies of events, and their deliveries. Copies have the time of the replay, so that they are the same again. */
  async addCopies(
    job: ReplayJob,
    copies: readonly CopiedEvent[],
    rows: readonly ReplayedRow[],
    advance: Advance,
  ): Promise<Set<string> | undefined> {
    return this.#advancing(job, advance, async (transaction) => {
      await transaction.run(sql`
        insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body, replay_of)
        select row.id, ${job.createdAt}, ${job.tenantId}, ${job.projectId}, row.type, ${job.createdAt}, row.body, row.replay_of
        from unnest(${pluck(copies, 'id')}::uuid[], ${pluck(rows, 'eventType')}::text[], ${pluck(copies, 'body')}::bytea[],
          ${pluck(copies, 'replayOf')}::uuid[]) as row (id, type, body, replay_of)
        on conflict do nothing`);
      return insertDeliveries(transaction, job, rows);
    });
  }

  /** Cancels held deliveries instead of sending them. @returns how many */
  async skip(job: ReplayJob, limit: number): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const skipped = await transaction.run(sql`
        update deliveries set status = 'cancelled', reason = 'skipped', updated_at = now(), replay_id = ${job.id}
        where status = 'held' and id = any(array(
          select id from deliveries
          where destination_id = ${job.destinationId} and event_type = any(${job.eventTypes}::text[]) and status = 'held'
            and (${job.from}::timestamptz is null or accepted_at >= ${job.from}) and accepted_at < ${job.to}
          limit ${limit}))`);
      if (skipped > 0)
        await transaction.run(sql`
          update replays set sent = sent + ${skipped}, updated_at = now() where id = ${job.id}`);
      return skipped;
    });
  }

  /** Deliveries that can no longer be sent. */
  async giveUp(ids: readonly string[]): Promise<void> {
    await this.#database.run(sql`
      update deliveries set status = 'cancelled', reason = 'event_gone', updated_at = now()
      where id = any(${ids}::uuid[]) and status in ('pending', 'held')`);
  }

  /** The body of a delivery's requests, where it is not its event's own. */
  async keepBody(id: string, body: Buffer): Promise<void> {
    await this.#database.run(sql`update deliveries set body = ${body} where id = ${id} and body is null`);
  }

  /** Deliveries whose body cannot be made. */
  async fail(ids: readonly string[], reasons: readonly string[]): Promise<void> {
    await this.#database.run(sql`
      update deliveries set status = 'failed', reason = row.reason, updated_at = now()
      from unnest(${ids}::uuid[], ${reasons}::text[]) as row (id, reason)
      where deliveries.id = row.id and status = 'pending'`);
  }

  async finish({ id }: ReplayJob): Promise<void> {
    await this.#database.run(sql`
      update replays set status = 'done', updated_at = now(), finished_at = now() where id = ${id} and status = 'running'`);
  }

  async pause({ id }: ReplayJob, reason: string): Promise<void> {
    await this.#database.run(sql`
      update replays set status = 'paused', reason = ${reason}, updated_at = now() where id = ${id} and status = 'running'`);
  }

  /**
   * What a worker held, or a recorder wrote, after its replay had looked for it. Replays that are done keep watch for so
   * long (ms); those that find something go on.
   */
  async reopen(watchMs: number): Promise<void> {
    const horizon = await this.#database.row<{ xid: string }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xid`,
    );
    const xid = horizon?.xid ?? '1';
    await this.#database.run(sql`
      update replays r set status = 'running', finished_at = null, updated_at = now()
      where status = 'done' and finished_at > now() - ${watchMs} * interval '1 ms' and (
        selection = 'held' and exists (
          select from deliveries v
          where v.destination_id = r.destination_id and v.event_type = any(r.event_types) and v.status = 'held'
            and (r.from_at is null or v.accepted_at >= r.from_at) and v.accepted_at < r.to_at
            and (r.mode = 'skip' or exists (select from destinations d where d.id = r.destination_id and d.is_enabled)))
        or selection = 'missing' and exists (
          select from events e
          where e.project_id = r.project_id and e.type = any(r.event_types) and e.replay_of is null
            and (r.from_at is null or e.accepted_at >= r.from_at) and e.accepted_at < r.to_at
            and e.recorded_in < ${xid}::xid8
            and (r.cursor is null or (e.recorded_in, e.id) > ((r.cursor ->> 0)::xid8, (r.cursor ->> 1)::uuid))
            and not exists (select from deliveries where event_id = e.id and destination_id = r.destination_id)))`);
    // Up to there nothing is missing: the next look is at what was recorded since this one.
    const cursor = JSON.stringify([String(BigInt(xid) - 1n), LAST_ID]);
    await this.#database.run(sql`
      update replays set cursor = ${cursor}::json
      where status = 'done' and selection = 'missing' and finished_at > now() - ${watchMs} * interval '1 ms'`);
  }

  async #withBodies(of: { text: string; values: unknown[] }, job: ReplayJob): Promise<ReplayedRow[]> {
    const { text, values } = of;
    const rows = await this.#database.rows<ReplayedRow>({
      text: `
        select id, event_id as "eventId", event_type as "eventType", tenant_id as "tenantId", project_id as "projectId",
          destination_id as "destinationId", status, attempts, accepted_at as "acceptedAt", event_body as body, body as "ownBody"
        from (
          select v.*, e.body as event_body, sum(octet_length(e.body)) over (order by v.accepted_at, v.id) as bytes,
            row_number() over (order by v.accepted_at, v.id) as place
          from (${text}) v left join events e on e.id = v.event_id and e.accepted_at = v.accepted_at) sized
        where coalesce(bytes, 0) <= ${MAX_PAGE_BYTES} or place = 1 order by accepted_at, id`,
      values,
    });
    const { kind, transformation, id: replayId } = job;
    return rows.map((row) => ({ ...row, kind, transformation, replayId }));
  }

  /** Undefined when the replay was paused, or another process has brought it further. */
  async #advancing(
    job: ReplayJob,
    { cursor, sent, skipped }: Advance,
    write: (transaction: Queryable) => Promise<{ id: string }[]>,
  ): Promise<Set<string> | undefined> {
    return this.#database.transaction(async (transaction) => {
      const advanced = await transaction.run(sql`
        update replays set cursor = ${cursor && JSON.stringify(cursor)}::json, sent = sent + ${sent},
          skipped = skipped + ${skipped}, updated_at = now()
        where id = ${job.id} and status = 'running'
          and cursor::text is not distinct from ${job.cursor && JSON.stringify(job.cursor)}::text`);
      if (advanced === 0) return undefined;
      return new Set((await write(transaction)).map(({ id }) => id));
    });
  }
}

function insertDeliveries(
  transaction: Queryable,
  job: ReplayJob,
  rows: readonly ReplayedRow[],
): Promise<{ id: string }[]> {
  return transaction.rows<{ id: string }>(sql`
    insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, accepted_at, replay_id)
    select row.id, row.event_id, ${job.destinationId}, ${job.tenantId}, ${job.projectId}, row.type, 'pending', row.accepted_at,
      ${job.id}
    from unnest(${pluck(rows, 'id')}::uuid[], ${pluck(rows, 'eventId')}::uuid[], ${pluck(rows, 'eventType')}::text[],
      ${pluck(rows, 'acceptedAt')}::timestamptz[]) as row (id, event_id, type, accepted_at)
    on conflict do nothing returning id`);
}
