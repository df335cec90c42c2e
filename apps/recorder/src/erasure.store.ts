import { sql, type Database, type Queryable } from '#database';

/** An erasure as it stands: what to look for, and where it was interrupted. */
export interface ErasureJob {
  id: string;
  kind: 'visitor' | 'project' | 'tenant';
  tenantId: string;
  projectId: string | null;
  projectIds: string[];
  anonymousId: string | null;
  phase: number;
  /** The key of the last row that was gone through; null at the beginning of a phase. */
  position: string[] | null;
}

/** What one slice of a phase did. `position` is null when the phase has no more rows. */
export interface Slice {
  position: string[] | null;
  scanned: number;
  events?: number;
  deliveries?: number;
  attempts?: number;
  others?: number;
}

/** Jobs of erasure. A job's row is locked while a slice of it is done, so that no two processes do the same. */
export class ErasureStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Does one slice of the oldest open job, and notes where it got to, in one transaction. False when there is none. */
  async step(
    requestedBefore: Date,
    work: (transaction: Queryable, job: ErasureJob) => Promise<{ slice: Slice; isLast: boolean } | undefined>,
  ): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const job = await transaction.row<ErasureJob>(sql`
        select id, kind, tenant_id as "tenantId", project_id as "projectId", project_ids as "projectIds",
          anonymous_id as "anonymousId", phase, position
        from erasure_jobs where status <> 'done' and requested_at <= ${requestedBefore}
        order by requested_at limit 1 for update skip locked`);
      const done = job && (await work(transaction, job));
      if (job === undefined || done === undefined) return false;
      await this.#note(transaction, job, done);
      return true;
    });
  }

  async #note(
    transaction: Queryable,
    job: ErasureJob,
    { slice, isLast }: { slice: Slice; isLast: boolean },
  ): Promise<void> {
    const isPhaseOver = slice.position === null;
    const isDone = isPhaseOver && isLast;
    await transaction.run(sql`
      update erasure_jobs set
        status = ${isDone ? 'done' : 'running'}, started_at = coalesce(started_at, now()),
        finished_at = case when ${isDone} then clock_timestamp() end,
        anonymous_id = case when ${isDone} then null else anonymous_id end,
        phase = phase + case when ${isPhaseOver} then 1 else 0 end,
        position = ${slice.position === null ? null : JSON.stringify(slice.position)}::json,
        scanned_rows = scanned_rows + ${slice.scanned},
        total_rows = case when total_rows = 0 then (
          select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class c
          where relkind = 'r' and (relname like 'events\\_%' or
            (${job.kind !== 'visitor'} and (relname like 'attempts\\_%' or relname = 'deliveries')))
        ) else total_rows end,
        removed_events = removed_events + ${slice.events ?? 0},
        removed_deliveries = removed_deliveries + ${slice.deliveries ?? 0},
        removed_attempts = removed_attempts + ${slice.attempts ?? 0},
        removed_others = removed_others + ${slice.others ?? 0}
      where id = ${job.id}`);
  }
}
