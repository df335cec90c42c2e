import { sql, type Database, type NewApiKey } from '#database';

/** A tenant or a project as lists show it. */
export interface NamedRow {
  id: string;
  name: string;
  createdAt: Date;
}

/** An API key as lists show it: its prefix, never the key. */
export interface ApiKeyRow extends NamedRow {
  prefix: string;
  scopes: string[];
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** Tenants, their projects, and the API keys of those. */
export class AccountStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async addTenant(id: string, name: string): Promise<void> {
    await this.#database.run(sql`insert into tenants (id, name) values (${id}, ${name})`);
  }

  async tenants(): Promise<NamedRow[]> {
    return this.#database.rows<NamedRow>(sql`
      select id, name, created_at as "createdAt" from tenants order by created_at, id`);
  }

  /** False when there is no such tenant. */
  async addProject(id: string, tenantId: string, name: string): Promise<boolean> {
    const added = await this.#database.run(sql`
      insert into projects (id, tenant_id, name) select ${id}, id, ${name}::text from tenants where id = ${tenantId}`);
    return added > 0;
  }

  async projects(tenantId?: string): Promise<NamedRow[]> {
    return this.#database.rows<NamedRow>(sql`
      select id, name, created_at as "createdAt" from projects
      where ${tenantId}::uuid is null or tenant_id = ${tenantId} order by created_at, id`);
  }

  /** False when there is no such project. */
  async addKey(
    projectId: string,
    { id, name, scopes }: { id: string; name: string; scopes: readonly string[] },
    { prefix, hash }: NewApiKey,
  ): Promise<boolean> {
    const added = await this.#database.run(sql`
      insert into api_keys (id, project_id, name, scopes, prefix, hash)
      select ${id}, id, ${name}::text, ${scopes}::text[], ${prefix}::text, ${hash}::bytea
      from projects where id = ${projectId}`);
    return added > 0;
  }

  async keys(projectId: string): Promise<ApiKeyRow[]> {
    return this.#database.rows<ApiKeyRow>(sql`
      select id, name, prefix, scopes, created_at as "createdAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"
      from api_keys where project_id = ${projectId} order by created_at, id`);
  }

  /** False when there is no such key. Revoking twice keeps the first time. */
  async revokeKey(id: string): Promise<boolean> {
    const revoked = await this.#database.run(sql`
      update api_keys set revoked_at = coalesce(revoked_at, now()) where id = ${id}`);
    return revoked > 0;
  }
}
