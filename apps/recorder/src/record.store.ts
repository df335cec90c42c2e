import { sql, type Database, type Queryable } from '#database';
import { mergeDeliveries, rankOf } from './merge-deliveries.ts';
import type { AttemptRow, DeliveryRow, EventRow, Rows } from './rows.ts';

/** Writes whole batches; writing one again changes nothing. */
export class RecordStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async write({ events, deliveries, attempts }: Rows): Promise<void> {
    const disabling = attempts.filter(({ disablesDestination }) => disablesDestination);
    await this.#database.transaction(async (transaction) => {
      if (events.length > 0) await transaction.run(insertEvents(events));
      if (deliveries.length > 0) await transaction.run(upsertDeliveries(mergeDeliveries(deliveries)));
      if (attempts.length > 0) await transaction.run(insertAttempts(attempts));
      if (disabling.length > 0) await disableDestinations(transaction, disabling);
    });
  }
}

const pluck = <Row, K extends keyof Row>(rows: readonly Row[], key: K): Row[K][] =>
  rows.map((row) => row[key]);

const insertEvents = (rows: readonly EventRow[]) => sql`
  insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
  select id, to_timestamp(accepted_at / 1000), tenant_id, project_id, type, to_timestamp(created_at / 1000), body
  from unnest(
    ${pluck(rows, 'id')}::uuid[], ${pluck(rows, 'acceptedAt')}::double precision[], ${pluck(rows, 'tenantId')}::uuid[],
    ${pluck(rows, 'projectId')}::uuid[], ${pluck(rows, 'type')}::text[],
    ${pluck(rows, 'createdAt')}::double precision[], ${pluck(rows, 'body')}::bytea[]
  ) as row (id, accepted_at, tenant_id, project_id, type, created_at, body)
  on conflict do nothing`;

const upsertDeliveries = (rows: readonly DeliveryRow[]) => sql`
  insert into deliveries as known (id, event_id, destination_id, tenant_id, project_id, event_type, status, attempts,
    next_attempt_at, last_status, last_error, reason, accepted_at)
  select id, event_id, destination_id, tenant_id, project_id, event_type, status, attempts,
    to_timestamp(next_attempt_at / 1000), last_status, last_error, reason, to_timestamp(accepted_at / 1000)
  from unnest(
    ${pluck(rows, 'id')}::uuid[], ${pluck(rows, 'eventId')}::uuid[], ${pluck(rows, 'destinationId')}::uuid[],
    ${pluck(rows, 'tenantId')}::uuid[], ${pluck(rows, 'projectId')}::uuid[], ${pluck(rows, 'eventType')}::text[],
    ${pluck(rows, 'status')}::text[], ${pluck(rows, 'attempts')}::int[],
    ${pluck(rows, 'nextAttemptAt')}::double precision[], ${pluck(rows, 'lastStatus')}::int[],
    ${pluck(rows, 'lastError')}::text[], ${pluck(rows, 'reason')}::text[],
    ${pluck(rows, 'acceptedAt')}::double precision[]
  ) as row (id, event_id, destination_id, tenant_id, project_id, event_type, status, attempts,
    next_attempt_at, last_status, last_error, reason, accepted_at)
  order by id
  on conflict (id) do update set status = excluded.status, attempts = excluded.attempts,
    next_attempt_at = excluded.next_attempt_at, last_status = coalesce(excluded.last_status, known.last_status),
    last_error = excluded.last_error, reason = excluded.reason, updated_at = now()
  where (excluded.attempts, ${pluckRanks()}::json ->> excluded.status)
      > (known.attempts, ${pluckRanks()}::json ->> known.status)`;

function pluckRanks(): string {
  const statuses = ['pending', 'retrying', 'held', 'cancelled', 'failed', 'success'] as const;
  return JSON.stringify(Object.fromEntries(statuses.map((status) => [status, rankOf(status)])));
}

const insertAttempts = (rows: readonly AttemptRow[]) => sql`
  insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id,
    duration_ms, url, outcome, error_class, status, request_headers, response_headers, response_body,
    is_response_truncated, delivery_status, next_attempt_at, consecutive_failures)
  select delivery_id, number, to_timestamp(started_at / 1000), event_id, event_type, tenant_id, project_id, destination_id,
    duration_ms, url, outcome, error_class, status, request_headers::json, response_headers::json, response_body,
    is_response_truncated, delivery_status, to_timestamp(next_attempt_at / 1000), consecutive_failures
  from unnest(
    ${pluck(rows, 'deliveryId')}::uuid[], ${pluck(rows, 'number')}::int[], ${pluck(rows, 'startedAt')}::double precision[],
    ${pluck(rows, 'eventId')}::uuid[], ${pluck(rows, 'eventType')}::text[], ${pluck(rows, 'tenantId')}::uuid[],
    ${pluck(rows, 'projectId')}::uuid[], ${pluck(rows, 'destinationId')}::uuid[], ${pluck(rows, 'durationMs')}::int[],
    ${pluck(rows, 'url')}::text[], ${pluck(rows, 'outcome')}::text[], ${pluck(rows, 'errorClass')}::text[],
    ${pluck(rows, 'status')}::int[], ${pluck(rows, 'requestHeaders')}::text[], ${pluck(rows, 'responseHeaders')}::text[],
    ${pluck(rows, 'responseBody')}::bytea[], ${pluck(rows, 'isResponseTruncated')}::boolean[],
    ${pluck(rows, 'deliveryStatus')}::text[], ${pluck(rows, 'nextAttemptAt')}::double precision[],
    ${pluck(rows, 'consecutiveFailures')}::int[]
  ) as row (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id, duration_ms, url,
    outcome, error_class, status, request_headers, response_headers, response_body, is_response_truncated,
    delivery_status, next_attempt_at, consecutive_failures)
  on conflict do nothing`;

/** Only where the destination was not enabled again since the failures were counted. */
async function disableDestinations(transaction: Queryable, rows: readonly AttemptRow[]): Promise<void> {
  await transaction.run(sql`
    update destinations set is_enabled = false, disabled_reason = row.reason, disabled_at = now()
    from unnest(${pluck(rows, 'destinationId')}::uuid[], ${pluck(rows, 'enabledEpoch')}::int[],
      ${pluck(rows, 'disabledReason')}::text[]) as row (id, epoch, reason)
    where destinations.id = row.id and destinations.enabled_epoch = row.epoch and destinations.is_enabled`);
}
