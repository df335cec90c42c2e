import { sql, type Database } from '#database';
import { encryptSecret, MasterKeys } from '#webhooks';
import { MASTER_KEY, type Project } from './bench-hub.ts';

/** One secret for all, so that the receiver can check any of them. */
export const SHARED_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

const ROWS_AT_ONCE = 2_000;

/** Adds projects with one webhook each, past the API, which would take minutes for 50,000. All point to one URL. */
export async function addDestinations(
  database: Database,
  count: number,
  url: string,
): Promise<Pick<Project, 'tenantId' | 'projectId'>[]> {
  const tenantId = crypto.randomUUID();
  await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Bench')`);
  const projects: Pick<Project, 'tenantId' | 'projectId'>[] = [];
  for (let from = 0; from < count; from += ROWS_AT_ONCE) {
    const size = Math.min(ROWS_AT_ONCE, count - from);
    const projectIds = Array.from({ length: size }, () => crypto.randomUUID());
    const ids = projectIds.map(() => crypto.randomUUID());
    const keys = new MasterKeys(MASTER_KEY);
    const secrets = ids.map((id) => encryptSecret(SHARED_SECRET, keys, id));
    await database.run(sql`
      with new_projects as (
        insert into projects (id, tenant_id, name)
        select id, ${tenantId}::uuid, 'Bench' from unnest(${projectIds}::uuid[]) id returning id
      )
      insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret)
      select d.id, ${tenantId}::uuid, d.project_id, 'webhook', 'Bench', ${url}, '{*}', d.secret
      from unnest(${ids}::uuid[], ${projectIds}::uuid[], ${secrets}::bytea[]) as d (id, project_id, secret)
      join new_projects on new_projects.id = d.project_id`);
    projects.push(...projectIds.map((projectId) => ({ tenantId, projectId })));
  }
  return projects;
}

/** Destination changes that are still to be published. */
export async function countUnpublished(database: Database): Promise<number> {
  const row = await database.row<{ count: string }>(sql`select count(*) as count from outbox`);
  return Number(row?.count ?? 0);
}

/** Adds yesterday's deliveries of a webhook, each with its event and one attempt; one in fifty has failed. */
export async function addHistory(
  database: Database,
  { tenantId, projectId }: Pick<Project, 'tenantId' | 'projectId'>,
  { destinationId, rows }: { destinationId: string; rows: number },
): Promise<void> {
  for (let from = 0; from < rows; from += 50_000) {
    const size = Math.min(50_000, rows - from);
    await database.run(sql`
      with made as (
        select gen_random_uuid() as delivery_id, gen_random_uuid() as event_id, n % 50 = 0 as has_failed,
          now() - interval '1 day' + n * interval '10 milliseconds' as at
        from generate_series(1, ${size}::integer) n
      ), new_events as (
        insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
        select event_id, at, ${tenantId}, ${projectId}, 'experiment.exposure', at, convert_to(repeat('x', 550), 'UTF8')
        from made
      ), new_deliveries as (
        insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, attempts,
          last_status, accepted_at)
        select delivery_id, event_id, ${destinationId}, ${tenantId}, ${projectId}, 'experiment.exposure',
          case when has_failed then 'failed' else 'success' end, 1, case when has_failed then 503 else 200 end, at
        from made
      )
      insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id,
        destination_id, duration_ms, url, outcome, status, request_headers, response_headers, response_body,
        delivery_status)
      select delivery_id, 1, at, event_id, 'experiment.exposure', ${tenantId}, ${projectId}, ${destinationId}, 1,
        'http://127.0.0.1/0', case when has_failed then 'rejected' else 'delivered' end,
        case when has_failed then 503 else 200 end, '{}', '{}', '', case when has_failed then 'failed' else 'success' end
      from made`);
  }
  await database.run(sql`analyze`);
}
