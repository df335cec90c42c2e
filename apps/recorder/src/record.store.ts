import { sql, type Database, type Queryable } from '#database';
import { countTraffic } from './count-traffic.ts';
import { RANK, mergeDeliveries } from './merge-deliveries.ts';
import { GATHERED_REASON, type AttemptRow, type DeliveryRow, type EventRow, type Rows } from './rows.ts';
import { sumUpHealth } from './sum-up-health.ts';
import { addTraffic, keepHealth } from './traffic.store.ts';

/** Writes whole batches; writing one again changes nothing. */
export class RecordStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async write({ events, deliveries, attempts, forgotten = [] }: Rows): Promise<void> {
    const disabling = attempts.filter(({ disablesDestination }) => disablesDestination);
    await this.#database.transaction(async (transaction) => {
      const added = {
        events: await addEvents(transaction, events),
        deliveries: await addDeliveries(transaction, deliveries),
        attempts: await addAttempts(transaction, attempts),
      };
      if (forgotten.length > 0) await transaction.run(sql`select erase_events(${forgotten})`);
      if (disabling.length > 0) await disableDestinations(transaction, disabling);
      // Last, so that rows which several recorders share are locked for as short as can be.
      await keepStatistics(transaction, added);
    });
  }
}

const RANKS = JSON.stringify(RANK);

const pluck = <Row, K extends keyof Row>(rows: readonly Row[], key: K): Row[K][] =>
  rows.map((row) => row[key]);

async function addEvents(transaction: Queryable, rows: readonly EventRow[]): Promise<EventRow[]> {
  if (rows.length === 0) return [];
  const added = await transaction.rows<{ id: string }>(insertEvents(rows));
  return pickOnce(
    rows,
    ({ id }) => id,
    added.map(({ id }) => id),
  );
}

async function addDeliveries(transaction: Queryable, rows: readonly DeliveryRow[]): Promise<DeliveryRow[]> {
  if (rows.length === 0) return [];
  const merged = mergeDeliveries(rows);
  const written = await transaction.rows<{ id: string; isNew: boolean }>(upsertDeliveries(merged));
  const withBody = rows.filter(({ body }) => body !== null);
  if (withBody.length > 0) await transaction.run(keepBodies(withBody));
  const added = written.filter(({ isNew }) => isNew);
  return pickOnce(
    merged,
    ({ id }) => id,
    added.map(({ id }) => id),
  );
}

async function addAttempts(transaction: Queryable, rows: readonly AttemptRow[]): Promise<AttemptRow[]> {
  if (rows.length === 0) return [];
  const added = await transaction.rows<{ id: string; number: number }>(insertAttempts(rows));
  return pickOnce(
    rows,
    ({ deliveryId, number }) => `${deliveryId} ${number}`,
    added.map(({ id, number }) => `${id} ${number}`),
  );
}

/** The rows with these keys, each once: a batch may hold the same record twice. */
function pickOnce<Row>(rows: readonly Row[], keyOf: (row: Row) => string, keys: readonly string[]): Row[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return [...new Set(keys)].flatMap((key) => byKey.get(key) ?? []);
}

async function keepStatistics(
  transaction: Queryable,
  added: { events: EventRow[]; deliveries: DeliveryRow[]; attempts: AttemptRow[] },
): Promise<void> {
  const traffic = countTraffic(added);
  if (traffic.length > 0) await addTraffic(transaction, traffic);
  const health = sumUpHealth(added.attempts);
  if (health.length > 0) await keepHealth(transaction, health);
}

const insertEvents = (rows: readonly EventRow[]) => sql`
  insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
  select id, to_timestamp(accepted_at / 1000), tenant_id, project_id, type, to_timestamp(created_at / 1000), body
  from unnest(
    ${pluck(rows, 'id')}::uuid[], ${pluck(rows, 'acceptedAt')}::double precision[], ${pluck(rows, 'tenantId')}::uuid[],
    ${pluck(rows, 'projectId')}::uuid[], ${pluck(rows, 'type')}::text[],
    ${pluck(rows, 'createdAt')}::double precision[], ${pluck(rows, 'body')}::bytea[]
  ) as row (id, accepted_at, tenant_id, project_id, type, created_at, body)
  on conflict do nothing returning id`;

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
  where (excluded.attempts, ${RANKS}::json ->> excluded.status, coalesce(excluded.reason, '') = ${GATHERED_REASON})
      > (known.attempts, ${RANKS}::json ->> known.status, coalesce(known.reason, '') = ${GATHERED_REASON})
  returning id, xmax = 0 as "isNew"`;

/** Apart from the state, since an attempt's record may be read before that of its delivery. */
const keepBodies = (rows: readonly DeliveryRow[]) => sql`
  update deliveries set body = row.body
  from unnest(${pluck(rows, 'id')}::uuid[], ${pluck(rows, 'body')}::bytea[]) as row (id, body)
  where deliveries.id = row.id and deliveries.body is null`;

const insertAttempts = (rows: readonly AttemptRow[]) => sql`
  insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id,
    duration_ms, url, outcome, error_class, status, request_headers, response_headers, response_body,
    is_response_truncated, delivery_status, next_attempt_at, consecutive_failures, batch_id, batch_size)
  select delivery_id, number, to_timestamp(started_at / 1000), event_id, event_type, tenant_id, project_id, destination_id,
    duration_ms, url, outcome, error_class, status, request_headers::json, response_headers::json, response_body,
    is_response_truncated, delivery_status, to_timestamp(next_attempt_at / 1000), consecutive_failures, batch_id, batch_size
  from unnest(
    ${pluck(rows, 'deliveryId')}::uuid[], ${pluck(rows, 'number')}::int[], ${pluck(rows, 'startedAt')}::double precision[],
    ${pluck(rows, 'eventId')}::uuid[], ${pluck(rows, 'eventType')}::text[], ${pluck(rows, 'tenantId')}::uuid[],
    ${pluck(rows, 'projectId')}::uuid[], ${pluck(rows, 'destinationId')}::uuid[], ${pluck(rows, 'durationMs')}::int[],
    ${pluck(rows, 'url')}::text[], ${pluck(rows, 'outcome')}::text[], ${pluck(rows, 'errorClass')}::text[],
    ${pluck(rows, 'status')}::int[], ${pluck(rows, 'requestHeaders')}::text[], ${pluck(rows, 'responseHeaders')}::text[],
    ${pluck(rows, 'responseBody')}::bytea[], ${pluck(rows, 'isResponseTruncated')}::boolean[],
    ${pluck(rows, 'deliveryStatus')}::text[], ${pluck(rows, 'nextAttemptAt')}::double precision[],
    ${pluck(rows, 'consecutiveFailures')}::int[], ${pluck(rows, 'batchId')}::uuid[], ${pluck(rows, 'batchSize')}::int[]
  ) as row (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id, duration_ms, url,
    outcome, error_class, status, request_headers, response_headers, response_body, is_response_truncated,
    delivery_status, next_attempt_at, consecutive_failures, batch_id, batch_size)
  where not exists (select from erased_events e where e.id = row.event_id)
  on conflict do nothing returning delivery_id as id, number`;

/** Only where the destination was not enabled again since the failures were counted. */
async function disableDestinations(transaction: Queryable, rows: readonly AttemptRow[]): Promise<void> {
  await transaction.run(sql`
    update destinations set is_enabled = false, disabled_reason = row.reason, disabled_at = now()
    from unnest(${pluck(rows, 'destinationId')}::uuid[], ${pluck(rows, 'enabledEpoch')}::int[],
      ${pluck(rows, 'disabledReason')}::text[]) as row (id, epoch, reason)
    where destinations.id = row.id and destinations.enabled_epoch = row.epoch and destinations.is_enabled`);
}
