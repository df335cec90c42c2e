import { sql, type TenantDatabase } from '#database';
import type { Position } from '../page.request.ts';
import type { AuditQuery } from './tenant.request.ts';

/** An entry of the audit log as it is stored. */
export interface AuditRow {
  id: string;
  at: Date;
  action: string;
  actorKind: string;
  actorId: string | null;
  actorName: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  projectId: string | null;
  objectKind: string;
  objectId: string;
  objectName: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** The audit log of a tenant. Triggers write it. */
export class AuditStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Newest first; one row more than the limit tells that there is a next page. */
  async list(tenantId: string, query: AuditQuery, after?: Position): Promise<AuditRow[]> {
    const { action, actorId, objectId, projectId, from, to, limit } = query;
    return this.#database.rows<AuditRow>(sql`
      select id, at, action, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName",
        ip_address as "ipAddress", user_agent as "userAgent", project_id as "projectId",
        object_kind as "objectKind", object_id as "objectId", object_name as "objectName", before, after
      from audit.entries
      where tenant_id = ${tenantId}
        and (${action}::text is null or action = ${action})
        and (${actorId}::text is null or actor_id = ${actorId})
        and (${objectId}::text is null or object_id = ${objectId})
        and (${projectId}::uuid is null or project_id = ${projectId})
        and (${from}::timestamptz is null or at >= ${from})
        and (${to}::timestamptz is null or at < ${to})
        and (${after?.id}::uuid is null or (at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid))
      order by at desc, id desc limit ${limit + 1}`);
  }
}
