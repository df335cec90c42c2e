import { sql, type TenantDatabase } from '#database';

/** A recorded event with the body that webhooks receive. */
export interface PastEvent {
  id: string;
  type: string;
  acceptedAt: Date;
  body: Buffer;
}

/** Which events to read, newest first. */
export interface PastQuery {
  types: readonly string[];
  since: Date;
  limit: number;
  before?: Pick<PastEvent, 'id' | 'acceptedAt'>;
}

/** A page holds no more than this of bodies, but at least one. */
const MAX_PAGE_BYTES = 4 * 1_024 * 1_024;

/** Recorded events, for trying on them what a destination is to do. */
export class PastEventStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Newest first. Events of tests are not among them: no destination takes them. */
  async page(projectId: string, { types, since, limit, before }: PastQuery): Promise<PastEvent[]> {
    return this.#database.rows<PastEvent>(sql`
      select id, type, accepted_at as "acceptedAt", body from (
        select found.*, sum(octet_length(body)) over (order by accepted_at desc, id desc) as bytes,
          row_number() over (order by accepted_at desc, id desc) as place
        from unnest(${types}::text[]) wanted_type
        cross join lateral (
          select id, type, accepted_at, body from events
          where project_id = ${projectId} and type = wanted_type and accepted_at >= ${since}
            and (${before?.id}::uuid is null
              or (accepted_at, id) < (${before?.acceptedAt}::timestamptz, ${before?.id}::uuid))
          order by accepted_at desc, id desc limit ${limit}) found) paged
      where bytes <= ${MAX_PAGE_BYTES} or place = 1
      order by accepted_at desc, id desc limit ${limit}`);
  }
}
