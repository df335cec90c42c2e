import { sql, type Queryable } from '#database';
import type { TrafficRow } from './count-traffic.ts';
import type { HealthRow } from './sum-up-health.ts';

const pluck = <Row, K extends keyof Row>(rows: readonly Row[], key: K): Row[K][] =>
  rows.map((row) => row[key]);

/** Adds to the counts of charts. */
export async function addTraffic(database: Queryable, rows: readonly TrafficRow[]): Promise<void> {
  const durations = (index: number) => rows.map((row) => row.durations[index] ?? 0);
  await database.run(sql`
    insert into traffic as known (tenant_id, project_id, destination_id, width_minutes, starts_at, events, deliveries, delivered,
      failed, to_10_ms, to_25_ms, to_50_ms, to_100_ms, to_250_ms, to_500_ms, to_1000_ms, to_2500_ms, to_5000_ms,
      to_10000_ms, to_30000_ms, over_30000_ms)
    select tenant_id, project_id, destination_id, width_minutes, to_timestamp(starts_at / 1000), events, deliveries, delivered,
      failed, a, b, c, d, e, f, g, h, i, j, k, l
    from unnest(
      ${pluck(rows, 'tenantId')}::uuid[], ${pluck(rows, 'projectId')}::uuid[],
      ${pluck(rows, 'destinationId')}::uuid[], ${pluck(rows, 'widthMinutes')}::int[], ${pluck(rows, 'startsAt')}::double precision[],
      ${pluck(rows, 'events')}::int[], ${pluck(rows, 'deliveries')}::int[], ${pluck(rows, 'delivered')}::int[],
      ${pluck(rows, 'failed')}::int[], ${durations(0)}::int[], ${durations(1)}::int[], ${durations(2)}::int[],
      ${durations(3)}::int[], ${durations(4)}::int[], ${durations(5)}::int[], ${durations(6)}::int[],
      ${durations(7)}::int[], ${durations(8)}::int[], ${durations(9)}::int[], ${durations(10)}::int[],
      ${durations(11)}::int[]
    ) as row (tenant_id, project_id, destination_id, width_minutes, starts_at, events, deliveries, delivered, failed,
      a, b, c, d, e, f, g, h, i, j, k, l)
    on conflict (project_id, destination_id, width_minutes, starts_at) do update set
      events = known.events + excluded.events, deliveries = known.deliveries + excluded.deliveries,
      delivered = known.delivered + excluded.delivered, failed = known.failed + excluded.failed,
      to_10_ms = known.to_10_ms + excluded.to_10_ms, to_25_ms = known.to_25_ms + excluded.to_25_ms,
      to_50_ms = known.to_50_ms + excluded.to_50_ms, to_100_ms = known.to_100_ms + excluded.to_100_ms,
      to_250_ms = known.to_250_ms + excluded.to_250_ms, to_500_ms = known.to_500_ms + excluded.to_500_ms,
      to_1000_ms = known.to_1000_ms + excluded.to_1000_ms, to_2500_ms = known.to_2500_ms + excluded.to_2500_ms,
      to_5000_ms = known.to_5000_ms + excluded.to_5000_ms, to_10000_ms = known.to_10000_ms + excluded.to_10000_ms,
      to_30000_ms = known.to_30000_ms + excluded.to_30000_ms,
      over_30000_ms = known.over_30000_ms + excluded.over_30000_ms`);
}

/** Keeps of each destination what is newest, whatever order batches come in. */
export async function keepHealth(database: Queryable, rows: readonly HealthRow[]): Promise<void> {
  await database.run(sql`
    insert into destination_health as known (destination_id, tenant_id, project_id, enabled_epoch, consecutive_failures,
      last_attempt_at, last_success_at, last_failure_at, last_failure_status, last_failure_error,
      last_failure_delivery_id)
    select destination_id, tenant_id, project_id, enabled_epoch, consecutive_failures, to_timestamp(last_attempt_at / 1000),
      to_timestamp(last_success_at / 1000), to_timestamp(last_failure_at / 1000), last_failure_status,
      last_failure_error, last_failure_delivery_id
    from unnest(
      ${pluck(rows, 'destinationId')}::uuid[], ${pluck(rows, 'tenantId')}::uuid[],
      ${pluck(rows, 'projectId')}::uuid[], ${pluck(rows, 'enabledEpoch')}::int[], ${pluck(rows, 'consecutiveFailures')}::int[],
      ${pluck(rows, 'lastAttemptAt')}::double precision[], ${pluck(rows, 'lastSuccessAt')}::double precision[],
      ${pluck(rows, 'lastFailureAt')}::double precision[], ${pluck(rows, 'lastFailureStatus')}::int[],
      ${pluck(rows, 'lastFailureError')}::text[], ${pluck(rows, 'lastFailureDeliveryId')}::uuid[]
    ) as row (destination_id, tenant_id, project_id, enabled_epoch, consecutive_failures, last_attempt_at, last_success_at,
      last_failure_at, last_failure_status, last_failure_error, last_failure_delivery_id)
    on conflict (destination_id) do update set
      (enabled_epoch, consecutive_failures, last_attempt_at) = (
        select enabled_epoch, consecutive_failures, last_attempt_at
        from (values (excluded.enabled_epoch, excluded.consecutive_failures, excluded.last_attempt_at),
          (known.enabled_epoch, known.consecutive_failures, known.last_attempt_at))
          as news (enabled_epoch, consecutive_failures, last_attempt_at)
        order by enabled_epoch desc, last_attempt_at desc limit 1),
      last_success_at = greatest(known.last_success_at, excluded.last_success_at),
      (last_failure_at, last_failure_status, last_failure_error, last_failure_delivery_id) = (
        select at, status, error, delivery_id
        from (values
          (excluded.last_failure_at, excluded.last_failure_status, excluded.last_failure_error,
            excluded.last_failure_delivery_id),
          (known.last_failure_at, known.last_failure_status, known.last_failure_error, known.last_failure_delivery_id))
          as failure (at, status, error, delivery_id)
        order by at desc nulls last limit 1)`);
}
