import { sql, type TenantDatabase } from '#database';

const WHOLE_PROJECT = '00000000-0000-0000-0000-000000000000';
/** Counting stops here: a backlog of this size is one, whatever it is exactly. */
const MOST_COUNTED = 50_000;

/** Whose traffic: a whole project's, or one webhook's of it. */
export interface Scope {
  projectId: string;
  webhookId?: string;
}

/** What went on in one step of a chart. */
export interface TrafficRow {
  at: Date;
  events: number;
  deliveries: number;
  delivered: number;
  failed: number;
  durations: number[];
}

/** Deliveries that wait for an attempt. */
export interface Backlog {
  waiting: number;
  /** Whether there are more than were counted. */
  isCapped: boolean;
  /** When the event of the oldest was accepted. */
  oldestAt: Date | null;
}

/** A webhook's last attempts. */
export interface HealthRow {
  webhookId: string;
  consecutiveFailures: number;
  lastAttemptAt: Date | null;
  lastSuccessAt: Date | null;
  lastFailureAt: Date | null;
  lastFailureStatus: number | null;
  lastFailureError: string | null;
  lastFailureDeliveryId: string | null;
}

/** A step of a webhook's sparkline. */
export interface SparkRow {
  webhookId: string;
  at: Date;
  delivered: number;
  failed: number;
}

/** Counts that the recorder keeps. */
export class StatisticsStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Steps in which anything happened, oldest first. */
  async traffic(
    { projectId, webhookId = WHOLE_PROJECT }: Scope,
    { from, stepMs, widthMinutes }: { from: Date; stepMs: number; widthMinutes: number },
  ): Promise<TrafficRow[]> {
    return this.#database.rows<TrafficRow>(sql`
      select date_bin(make_interval(secs => ${stepMs}::double precision / 1000), starts_at, 'epoch') as at,
        sum(events)::int as events, sum(deliveries)::int as deliveries, sum(delivered)::int as delivered,
        sum(failed)::int as failed,
        array[sum(to_10_ms), sum(to_25_ms), sum(to_50_ms), sum(to_100_ms), sum(to_250_ms), sum(to_500_ms),
          sum(to_1000_ms), sum(to_2500_ms), sum(to_5000_ms), sum(to_10000_ms), sum(to_30000_ms),
          sum(over_30000_ms)]::int[] as durations
      from traffic
      where project_id = ${projectId} and destination_id = ${webhookId} and width_minutes = ${widthMinutes}
        and starts_at >= ${from}
      group by 1 order by 1`);
  }

  async backlog({ projectId, webhookId }: Scope): Promise<Backlog> {
    const row = await this.#database.row<{ counted: number; oldestAt: Date | null }>(sql`
      select
        (select count(*)::int from (
          select 1 from deliveries
          where project_id = ${projectId} and status in ('pending', 'retrying')
            and (${webhookId}::uuid is null or destination_id = ${webhookId})
          limit ${MOST_COUNTED + 1}) counted_rows) as counted,
        (select min(accepted_at) from deliveries
          where project_id = ${projectId} and status in ('pending', 'retrying')
            and (${webhookId}::uuid is null or destination_id = ${webhookId})) as "oldestAt"`);
    const { counted = 0, oldestAt = null } = row ?? {};
    return { waiting: Math.min(counted, MOST_COUNTED), isCapped: counted > MOST_COUNTED, oldestAt };
  }

  /** How many deliveries a webhook's being disabled holds back, up to a most. */
  async held(projectId: string, webhookId: string, eventTypes: readonly string[]): Promise<number> {
    const row = await this.#database.row<{ held: number }>(sql`
      select count(*)::int as held from (
        select 1 from unnest(${eventTypes}::text[]) wanted_type
        cross join lateral (
          select 1 from deliveries
          where destination_id = ${webhookId} and event_type = wanted_type and status = 'held'
            and project_id = ${projectId}
          limit ${MOST_COUNTED}) v
        limit ${MOST_COUNTED}) counted_rows`);
    return row?.held ?? 0;
  }

  /** The last attempts to each destination of any kind; failures of before it was last enabled do not count. */
  async health(projectId: string): Promise<HealthRow[]> {
    return this.#database.rows<HealthRow>(sql`
      select d.id as "webhookId",
        case when h.enabled_epoch >= d.enabled_epoch then h.consecutive_failures else 0 end as "consecutiveFailures",
        h.last_attempt_at as "lastAttemptAt", h.last_success_at as "lastSuccessAt",
        h.last_failure_at as "lastFailureAt", h.last_failure_status as "lastFailureStatus",
        h.last_failure_error as "lastFailureError", h.last_failure_delivery_id as "lastFailureDeliveryId"
      from destinations d left join destination_health h on h.destination_id = d.id
      where d.project_id = ${projectId}
      order by d.created_at desc, d.id desc`);
  }

  /** What each destination of a project delivered, hour by hour. */
  async sparks(projectId: string, from: Date): Promise<SparkRow[]> {
    return this.#database.rows<SparkRow>(sql`
      select t.destination_id as "webhookId", t.starts_at as at, t.delivered, t.failed
      from destinations d join traffic t
        on t.project_id = d.project_id and t.destination_id = d.id and t.width_minutes = 60
      where d.project_id = ${projectId} and t.starts_at >= ${from}
      order by t.destination_id, t.starts_at`);
  }
}
