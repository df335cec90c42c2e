import { sql, type TenantDatabase } from '#database';
import type { Caps } from '../caps.ts';
import type { Position } from '../page.request.ts';

/** A tenant or a project, as its members see it. */
export interface NamedRow {
  id: string;
  name: string;
  createdAt: Date;
}

/** A tenant and its projects. */
export class TenantStore {
  readonly #database: TenantDatabase;
  readonly #caps: Caps;

  constructor(database: TenantDatabase, caps: Caps) {
    this.#database = database;
    this.#caps = caps;
  }

  async find(tenantId: string): Promise<NamedRow | undefined> {
    return this.#database.row<NamedRow>(
      sql`select id, name, created_at as "createdAt" from tenants where id = ${tenantId}`,
    );
  }

  async rename(tenantId: string, name: string): Promise<void> {
    await this.#database.run(sql`update tenants set name = ${name} where id = ${tenantId}`);
  }

  /** Newest first. */
  async projects(tenantId: string, page: { limit: number; after?: Position }): Promise<NamedRow[]> {
    const { limit, after } = page;
    return this.#database.rows<NamedRow>(sql`
      select id, name, created_at as "createdAt" from projects
      where tenant_id = ${tenantId}
        and (${after?.id}::uuid is null or (created_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid))
      order by created_at desc, id desc limit ${limit}`);
  }

  async addProject(tenantId: string, project: { id: string; name: string }): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await this.#caps.requireRoomForProject(transaction, tenantId);
      await transaction.run(
        sql`insert into projects (id, tenant_id, name) values (${project.id}, ${tenantId}, ${project.name})`,
      );
    });
  }

  async findProject(projectId: string): Promise<(NamedRow & { tenantId: string }) | undefined> {
    return this.#database.row(sql`
      select id, tenant_id as "tenantId", name, created_at as "createdAt" from projects where id = ${projectId}`);
  }

  async renameProject(projectId: string, name: string): Promise<void> {
    await this.#database.run(sql`update projects set name = ${name} where id = ${projectId}`);
  }
}
