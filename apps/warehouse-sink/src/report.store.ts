import { sql, type Database } from '#database';

/** How one partition stands. */
export interface PartitionReport {
  topic: string;
  partition: number;
  offset: number;
  lag: number;
  /** When Kafka took the newest event that this process has written. */
  writtenUntil: Date | null;
}

/** What a project has in the warehouse. */
export interface ProjectRows {
  projectId: string;
  rows: number;
}

/** A day of a project's surveys. */
export interface SurveyDay {
  projectId: string;
  /** `2025-06-09`, UTC. */
  day: string;
  responses: number;
  averageScore: number;
}

const pluck = <Row, K extends keyof Row>(rows: readonly Row[], key: K): Row[K][] =>
  rows.map((row) => row[key]);

/** What the sink tells of itself, where the API can read it. */
export class ReportStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async savePartitions(
    partitions: readonly PartitionReport[],
    state: { target: string; isHealthy: boolean; failure: { message: string; at: Date } | undefined },
  ): Promise<void> {
    await this.#database.run(sql`
      insert into warehouse_partitions as known
        (topic, "partition", next_offset, lag, written_until, target, is_healthy, last_error, last_error_at, reported_at)
      select topic, "partition", next_offset, lag, written_until, ${state.target}, ${state.isHealthy},
        ${state.failure?.message}::text, ${state.failure?.at}::timestamptz, now()
      from unnest(${pluck(partitions, 'topic')}::text[], ${pluck(partitions, 'partition')}::integer[],
        ${pluck(partitions, 'offset')}::bigint[], ${pluck(partitions, 'lag')}::bigint[], ${pluck(partitions, 'writtenUntil')}::timestamptz[])
        as report (topic, "partition", next_offset, lag, written_until)
      on conflict (topic, "partition") do update set next_offset = excluded.next_offset, lag = excluded.lag,
        target = excluded.target, is_healthy = excluded.is_healthy, reported_at = now(),
        written_until = coalesce(excluded.written_until, known.written_until),
        last_error = excluded.last_error, last_error_at = excluded.last_error_at`);
  }

  /** Replaces what is known of these projects; others that the hub does not have are left out. */
  async saveProjects(projects: readonly ProjectRows[], days: readonly SurveyDay[]): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction.run(sql`
        insert into warehouse_projects (project_id, rows)
        select project_id, rows from unnest(${pluck(projects, 'projectId')}::uuid[], ${pluck(projects, 'rows')}::bigint[])
          as report (project_id, rows)
        where exists (select from projects where id = project_id)
        on conflict (project_id) do update set rows = excluded.rows, counted_at = now()`);
      await transaction.run(sql`
        delete from warehouse_days where project_id = any(${pluck(projects, 'projectId')}::uuid[])`);
      await transaction.run(sql`
        insert into warehouse_days (project_id, day, responses, average_score)
        select project_id, day, responses, average_score from unnest(${pluck(days, 'projectId')}::uuid[],
          ${pluck(days, 'day')}::date[], ${pluck(days, 'responses')}::integer[],
          ${pluck(days, 'averageScore')}::double precision[]) as report (project_id, day, responses, average_score)
        where exists (select from projects where id = project_id)`);
    });
  }
}
