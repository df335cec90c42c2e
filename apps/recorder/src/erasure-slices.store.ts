import { sql, type Queryable, type Statement } from '#database';
import type { ErasureJob, Slice } from './erasure.store.ts';

const ROWS_PER_SLICE = 10_000;
const ZERO = '00000000-0000-0000-0000-000000000000';

interface Removed {
  last: string[] | null;
  scanned: number;
  removed: number;
}

/** Goes through some rows of one table in the order of its key, and removes what belongs to the job. */
export type Phase = (transaction: Queryable, job: ErasureJob) => Promise<Slice>;

/** What a job goes through, in this order. */
export function phasesOf({ kind }: ErasureJob): readonly Phase[] {
  if (kind === 'visitor') return [visitorEvents, visitorInspections];
  return kind === 'project' ? OF_PROJECT : OF_TENANT;
}

/** The id is looked for in the bytes of the body, so that it is found wherever in the event it stands. */
const visitorEvents: Phase = async (transaction, { projectId, anonymousId, position }) => {
  const text = anonymousId ?? '';
  const found = await transaction.row<{ last: string | null; scanned: number; ids: string[] }>(sql`
    with slice as (
      select id, project_id = ${projectId} and (
        position(${Buffer.from(text.toLowerCase())} in body) > 0
        or position(${Buffer.from(text.toUpperCase())} in body) > 0
        or position(${Buffer.from(text)} in body) > 0) as is_match
      from events where id > ${position?.[0] ?? ZERO} order by id limit ${ROWS_PER_SLICE})
    select (select id from slice order by id desc limit 1) as last, (select count(*) from slice)::int as scanned,
      array(select id from slice where is_match) as ids`);
  const { last = null, scanned = 0, ids = [] } = found ?? {};
  const gone = await transaction.row<{ events: number; deliveries: number; attempts: number }>(
    sql`select * from erase_events(${ids}::uuid[])`,
  );
  return { ...gone, scanned, position: scanned < ROWS_PER_SLICE || last === null ? null : [last] };
};

/** What the inspector of the dashboard received, which is what webhooks send. */
const visitorInspections: Phase = async (transaction, { projectId, anonymousId }) => {
  const text = anonymousId ?? '';
  const others = await transaction.run(sql`
    delete from inspector_requests where project_id = ${projectId} and (
      position(${Buffer.from(text.toLowerCase())} in body) > 0
      or position(${Buffer.from(text.toUpperCase())} in body) > 0
      or position(${Buffer.from(text)} in body) > 0)`);
  return { scanned: 0, others: others + (await removeLetters(transaction, [text])), position: null };
};

/** Nobody knows whose dead letters are: those that hold one of the ids go, wherever in them it stands. */
function removeLetters(transaction: Queryable, ids: readonly string[]): Promise<number> {
  const forms = ids.flatMap((id) => [id.toLowerCase(), id.toUpperCase(), id]).map((id) => Buffer.from(id));
  return transaction.run(sql`
    delete from dead_letters
    where exists (select from unnest(${forms}::bytea[]) form where position(form in value) > 0)`);
}

const attempts: Phase = async (transaction, job) => {
  const [deliveryId = ZERO, number = '0', startedAt = '-infinity'] = job.position ?? [];
  const slice = await remove(
    transaction,
    sql`
      with slice as (
        select delivery_id, number, started_at,
          case when ${job.projectId}::uuid is null then tenant_id = ${job.tenantId} else project_id = ${job.projectId} end as is_match
        from attempts where (delivery_id, number, started_at) > (${deliveryId}, ${number}::int, ${startedAt}::timestamptz)
        order by delivery_id, number, started_at limit ${ROWS_PER_SLICE}),
      gone as (
        delete from attempts a using slice s
        where (a.delivery_id, a.number, a.started_at) = (s.delivery_id, s.number, s.started_at) and s.is_match returning 1)
      select (select array[delivery_id::text, number::text, started_at::text] from slice
          order by delivery_id desc, number desc, started_at desc limit 1) as last,
        (select count(*) from slice)::int as scanned, (select count(*) from gone)::int as removed`,
  );
  return { ...slice.common, attempts: slice.removed };
};

const deliveries: Phase = async (transaction, job) => {
  const slice = await remove(
    transaction,
    sql`
      with slice as (
        select id,
          case when ${job.projectId}::uuid is null then tenant_id = ${job.tenantId} else project_id = ${job.projectId} end as is_match
        from deliveries where id > ${job.position?.[0] ?? ZERO} order by id limit ${ROWS_PER_SLICE}),
      gone as (delete from deliveries d using slice s where d.id = s.id and s.is_match returning 1)
      select (select array[id::text] from slice order by id desc limit 1) as last,
        (select count(*) from slice)::int as scanned, (select count(*) from gone)::int as removed`,
  );
  return { ...slice.common, deliveries: slice.removed };
};

const events: Phase = async (transaction, job) => {
  const [id = ZERO, acceptedAt = '-infinity'] = job.position ?? [];
  const slice = await remove(
    transaction,
    sql`
      with slice as (
        select id, accepted_at,
          case when ${job.projectId}::uuid is null then tenant_id = ${job.tenantId} else project_id = ${job.projectId} end as is_match
        from events where (id, accepted_at) > (${id}, ${acceptedAt}::timestamptz)
        order by id, accepted_at limit ${ROWS_PER_SLICE}),
      gone as (
        delete from events e using slice s
        where (e.id, e.accepted_at) = (s.id, s.accepted_at) and s.is_match returning 1)
      select (select array[id::text, accepted_at::text] from slice order by id desc, accepted_at desc limit 1) as last,
        (select count(*) from slice)::int as scanned, (select count(*) from gone)::int as removed`,
  );
  return { ...slice.common, events: slice.removed };
};

/** Ids of events that ingest remembers, the figures of charts, and the health of destinations. */
const others: Phase = async (transaction, { id, projectIds }) => {
  const ids = await transaction.run(sql`
    delete from event_ids where ctid = any(array(
      select ctid from event_ids where project_id = any(${projectIds}::uuid[]) limit ${ROWS_PER_SLICE}))`);
  if (ids === ROWS_PER_SLICE) return { scanned: 0, others: ids, position: [id] };
  const counts = await transaction.run(
    sql`delete from traffic where project_id = any(${projectIds}::uuid[])`,
  );
  // Gone with its destination; but what was under way may have been recorded afterwards.
  const health = await transaction.run(
    sql`delete from destination_health where project_id = any(${projectIds}::uuid[])`,
  );
  const letters = await removeLetters(transaction, projectIds);
  return { scanned: 0, others: ids + counts + health + letters, position: null };
};

const audit: Phase = async (transaction, { id, tenantId }) => {
  const entries = await transaction.run(sql`
    delete from audit.entries where ctid = any(array(
      select ctid from audit.entries where tenant_id = ${tenantId} limit ${ROWS_PER_SLICE}))`);
  return { scanned: 0, others: entries, position: entries === ROWS_PER_SLICE ? [id] : null };
};

const OF_PROJECT: readonly Phase[] = [attempts, deliveries, events, others];
const OF_TENANT: readonly Phase[] = [...OF_PROJECT, audit];

async function remove(
  transaction: Queryable,
  statement: Statement,
): Promise<{ common: Pick<Slice, 'position' | 'scanned'>; removed: number }> {
  const row = await transaction.row<Removed>(statement);
  const { last = null, scanned = 0, removed = 0 } = row ?? {};
  return { common: { scanned, position: scanned < ROWS_PER_SLICE ? null : last }, removed };
}
