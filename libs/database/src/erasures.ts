import type { Queryable } from './database.ts';
import { sql } from './sql.ts';

/** What was asked to be forgotten, how far it is, and what was found of it. */
export interface ErasureReport {
  id: string;
  kind: 'visitor' | 'project' | 'tenant';
  tenantId: string;
  projectId: string | null;
  status: 'waiting' | 'running' | 'done';
  /** Share of the stored rows that were gone through, 0 to 1. */
  progress: number;
  requestedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  removed: { events: number; deliveries: number; attempts: number; others: number };
}

/** Whose reports to show: of one project, or else of everything that a tenant had. */
export type ReportOwner = { projectId: string } | { tenantId: string };

/** Asks for all that is stored of a visitor until now to be erased. False when there is no such project. */
export async function eraseVisitor(
  database: Queryable,
  { id, projectId, anonymousId }: { id: string; projectId: string; anonymousId: string },
): Promise<boolean> {
  const added = await database.run(sql`
    insert into erasure_jobs (id, kind, tenant_id, project_id, anonymous_id, subject)
    select ${id}, 'visitor', tenant_id, id, ${anonymousId}::text,
      sha256(convert_to(lower(id || ':' || ${anonymousId}::text), 'UTF8'))
    from projects where id = ${projectId}`);
  return added > 0;
}

/**
 * Deletes a project: at once its keys and destinations, whose waiting deliveries are cancelled; by a job the rest. False
 * when there is no such project.
 */
export async function deleteProject(
  database: Queryable,
  { id, projectId }: { id: string; projectId: string },
): Promise<boolean> {
  const added = await database.run(sql`
    with gone as (delete from projects where id = ${projectId} returning id, tenant_id)
    insert into erasure_jobs (id, kind, tenant_id, project_id, project_ids)
    select ${id}, 'project', tenant_id, id, array[id] from gone`);
  return added > 0;
}

/** Deletes a tenant with its projects, members and all that they had. False when there is no such tenant. */
export async function deleteTenant(
  database: Queryable,
  { id, tenantId }: { id: string; tenantId: string },
): Promise<boolean> {
  const added = await database.run(sql`
    with had as (select coalesce(array_agg(id), '{}') as ids from projects where tenant_id = ${tenantId}),
      gone as (delete from tenants where id = ${tenantId} returning id)
    insert into erasure_jobs (id, kind, tenant_id, project_ids)
    select ${id}, 'tenant', gone.id, had.ids from gone, had`);
  return added > 0;
}

/** Reports, newest first; of everybody without an owner. */
export async function erasureReports(
  database: Queryable,
  { owner, id, limit = 100 }: { owner?: ReportOwner; id?: string; limit?: number },
): Promise<ErasureReport[]> {
  const projectId = owner && 'projectId' in owner ? owner.projectId : undefined;
  const tenantId = owner && 'tenantId' in owner ? owner.tenantId : undefined;
  return database.rows<ErasureReport>(sql`
    select id, kind, tenant_id as "tenantId", project_id as "projectId", status,
      case when status = 'done' then 1
        when total_rows = 0 then 0
        else least(0.99, round(scanned_rows::numeric / total_rows, 2)) end::float8 as progress,
      requested_at as "requestedAt", started_at as "startedAt", finished_at as "finishedAt",
      json_build_object('events', removed_events, 'deliveries', removed_deliveries, 'attempts', removed_attempts,
        'others', removed_others) as removed
    from erasure_jobs
    where (${projectId}::uuid is null or project_id = ${projectId}) and (${tenantId}::uuid is null or tenant_id = ${tenantId})
      and (${id}::uuid is null or id = ${id})
    order by requested_at desc, id desc limit ${limit}`);
}
