import { forgottenBefore, sql, type TenantDatabase } from '#database';
import type { FeedPosition } from './pull.request.ts';

/** What a webhook takes. */
export interface FeedRow {
  eventTypes: string[];
  filter: string | null;
  transformation: string | null;
  createdAt: Date;
}

/** An event in the order in which events were recorded. */
export interface ScannedRow {
  id: string;
  type: string;
  acceptedAt: Date;
  recordedIn: string;
  bytes: number;
}

/** A scanned event with its body. */
export interface FedRow extends ScannedRow {
  createdAt: Date;
  body: Buffer;
}

/** The events of a project in the order in which they were recorded. */
export class FeedStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Undefined when there is no such webhook. */
  async webhook(projectId: string, webhookId: string): Promise<FeedRow | undefined> {
    return this.#database.row<FeedRow>(sql`
      select event_types as "eventTypes", filter, transformation, created_at as "createdAt"
      from destinations where id = ${webhookId} and project_id = ${projectId} and kind = 'webhook'`);
  }

  /** Below it nothing is added any more: the oldest transaction that is under way, or the next one. */
  async horizon(): Promise<string> {
    const row = await this.#database.row<{ horizon: string }>(
      sql`select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`,
    );
    return row?.horizon ?? '1';
  }

  forgottenBefore(): Promise<Date | undefined> {
    return forgottenBefore(this.#database);
  }

  /** The next events behind a position and below the horizon, whatever their type. */
  async scan(
    projectId: string,
    after: FeedPosition,
    { horizon, limit }: { horizon: string; limit: number },
  ): Promise<ScannedRow[]> {
    return this.#database.rows<ScannedRow>(sql`
      select id, type, accepted_at as "acceptedAt", recorded_in as "recordedIn", octet_length(body) as bytes
      from events
      where project_id = ${projectId} and (recorded_in, id) > (${after.recordedIn}::xid8, ${after.id}::uuid)
        and recorded_in < ${horizon}::xid8 and replay_of is null and accepted_at >= ${after.from}
      order by recorded_in, id limit ${limit}`);
  }

  /** Of these events, those that are still stored, in the same order. */
  async withBodies(projectId: string, rows: readonly ScannedRow[]): Promise<FedRow[]> {
    return this.#database.rows<FedRow>(sql`
      select e.id, e.type, e.accepted_at as "acceptedAt", e.recorded_in as "recordedIn", e.created_at as "createdAt",
        octet_length(e.body) as bytes, e.body
      from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ acceptedAt }) => acceptedAt)}::timestamptz[])
        as row (id, accepted_at)
      join events e on e.id = row.id and e.accepted_at = row.accepted_at
      where e.project_id = ${projectId} order by e.recorded_in, e.id`);
  }
}
