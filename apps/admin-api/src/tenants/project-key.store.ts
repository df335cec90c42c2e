import { sql, type NewApiKey, type TenantDatabase } from '#database';
import type { Caps } from '../caps.ts';

/** An API key as lists show it: its first characters, never the key. */
export interface ProjectKeyRow {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

/** The API keys of a project. */
export class ProjectKeyStore {
  readonly #database: TenantDatabase;
  readonly #caps: Caps;

  constructor(database: TenantDatabase, caps: Caps) {
    this.#database = database;
    this.#caps = caps;
  }

  /** Newest first. @param only the key to be found, or none for all */
  async list(projectId: string, only?: string): Promise<ProjectKeyRow[]> {
    return this.#database.rows<ProjectKeyRow>(sql`
      select id, name, prefix, scopes, created_at as "createdAt", last_used_at as "lastUsedAt",
        revoked_at as "revokedAt"
      from api_keys where project_id = ${projectId} and (${only}::uuid is null or id = ${only})
      order by created_at desc, id desc`);
  }

  async add(
    projectId: string,
    key: { id: string; name: string; scopes: readonly string[] },
    { prefix, hash }: NewApiKey,
  ): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await this.#caps.requireRoomForKey(transaction, projectId);
      await transaction.run(sql`
        insert into api_keys (id, project_id, name, scopes, prefix, hash)
        values (${key.id}, ${projectId}, ${key.name}, ${key.scopes}, ${prefix}, ${hash})`);
    });
  }

  /** False when there is no such key. Revoking twice keeps the first time. */
  async revoke(projectId: string, id: string): Promise<boolean> {
    const revoked = await this.#database.run(sql`
      update api_keys set revoked_at = coalesce(revoked_at, now())
      where project_id = ${projectId} and id = ${id}`);
    return revoked > 0;
  }
}
