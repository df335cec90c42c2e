import { sql, type Queryable } from '#database';
import type { Claim, ClaimRow } from './claim.ts';

interface KnownRow {
  projectId: string;
  id: string;
  bodyHash: Buffer;
  createdAt: Date;
  isPublished: boolean;
}

/** Ids that ingest has seen. */
export class EventIdStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Claims ids not seen before; tells for each row, in order, whose the id is. */
  async claim(rows: readonly ClaimRow[]): Promise<Claim[]> {
    const projectIds = rows.map(({ projectId }) => projectId);
    const ids = rows.map(({ id }) => id);
    await this.#database.run(sql`
      insert into event_ids (project_id, id, body_hash)
      select distinct on (project_id, id) project_id, id, body_hash
      from unnest(${projectIds}::uuid[], ${ids}::uuid[], ${rows.map(({ bodyHash }) => bodyHash)}::bytea[])
        with ordinality as row (project_id, id, body_hash, position)
      order by project_id, id, position
      on conflict do nothing`);
    const known = await this.#database.rows<KnownRow>(sql`
      select project_id as "projectId", id, body_hash as "bodyHash", created_at as "createdAt", is_published as "isPublished"
      from event_ids
      where (project_id, id) in (select * from unnest(${projectIds}::uuid[], ${ids}::uuid[]))`);
    const byKey = new Map(known.map((row) => [keyOf(row), row]));
    return rows.map((row) => toClaim(row, byKey.get(keyOf(row))));
  }

  async markPublished(rows: readonly Pick<ClaimRow, 'projectId' | 'id'>[]): Promise<void> {
    const projectIds = rows.map(({ projectId }) => projectId);
    // Locked in the order of the key: two processes that mark the same ids would otherwise wait for each other.
    await this.#database.run(sql`
      with locked as (
        select project_id, id from event_ids
        where (project_id, id) in (select * from unnest(${projectIds}::uuid[], ${rows.map(({ id }) => id)}::uuid[]))
          and not is_published
        order by project_id, id for update)
      update event_ids set is_published = true from locked
      where event_ids.project_id = locked.project_id and event_ids.id = locked.id`);
  }
}

function keyOf({ projectId, id }: Pick<ClaimRow, 'projectId' | 'id'>): string {
  return `${projectId}/${id}`;
}

function toClaim(row: ClaimRow, known: KnownRow | undefined): Claim {
  if (known === undefined) return { kind: 'open', createdAtMs: undefined };
  if (!known.bodyHash.equals(row.bodyHash)) return { kind: 'conflict' };
  return known.isPublished ? { kind: 'published' } : { kind: 'open', createdAtMs: known.createdAt.getTime() };
}
