import { sql, type Database } from '#database';

/** Whose requests a key makes. */
export interface Credential {
  keyId: string;
  name: string;
  tenantId: string;
  projectId: string;
  scopes: string[];
}

/** API keys as requests use them. Making and revoking them is the command line's. */
export class ApiKeyStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The credential of a key that is not revoked, by its digest. */
  async find(hash: Buffer): Promise<Credential | undefined> {
    return this.#database.row<Credential>(sql`
      select k.id as "keyId", k.name, k.scopes, p.tenant_id as "tenantId", k.project_id as "projectId"
      from api_keys k join projects p on p.id = k.project_id
      where k.hash = ${hash} and k.revoked_at is null`);
  }

  /** Notes when each key was last used; earlier times never replace later ones. */
  async touch(uses: ReadonlyMap<string, Date>): Promise<void> {
    await this.#database.run(sql`
      update api_keys k set last_used_at = used.at
      from unnest(${[...uses.keys()]}::uuid[], ${[...uses.values()]}::timestamptz[]) as used (id, at)
      where k.id = used.id and (k.last_used_at is null or k.last_used_at < used.at)`);
  }
}
