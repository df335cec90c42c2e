import { sql, type TenantDatabase } from '#database';

/** How the sink stands, over all its partitions. */
export interface SinkState {
  target: string;
  isRunning: boolean;
  isHealthy: boolean;
  /** When Kafka took the newest event that is written, where others wait behind it; null where none do. */
  behindSince: Date | null;
  lastError: string | null;
  lastErrorAt: Date | null;
}

/** A day of a project's surveys. */
export interface TrendDay {
  day: string;
  responses: number;
  averageScore: number;
}

/** What the warehouse sink has reported. */
export class WarehouseStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Undefined when no sink has ever run. The lag is told as a time: a count would tell of other tenants. */
  async state(): Promise<SinkState | undefined> {
    const row = await this.#database.row<SinkState>(sql`
      select max(target) as target, max(reported_at) > now() - interval '30 seconds' as "isRunning",
        bool_and(is_healthy) as "isHealthy", min(written_until) filter (where is_behind) as "behindSince",
        (array_agg(last_error order by last_error_at desc nulls last))[1] as "lastError",
        max(last_error_at) as "lastErrorAt"
      from warehouse_partitions having count(*) > 0`);
    return row;
  }

  async rows(projectId: string): Promise<{ rows: number; countedAt: Date } | undefined> {
    return this.#database.row<{ rows: number; countedAt: Date }>(sql`
      select rows, counted_at as "countedAt" from warehouse_projects where project_id = ${projectId}`);
  }

  async trend(projectId: string): Promise<TrendDay[]> {
    return this.#database.rows<TrendDay>(sql`
      select day::text, responses, average_score as "averageScore" from warehouse_days
      where project_id = ${projectId} order by day`);
  }
}
