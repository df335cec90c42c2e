import { sql, type Queryable } from '#database';

/** What one destination keeps encrypted; `headers` by name. */
export interface SealedRow {
  id: string;
  secret: Buffer;
  nextSecret: Buffer | null;
  headers: Record<string, string>;
  version: string;
}

/** The encrypted secrets of destinations, by the master key they are under. */
export class RekeyStore {
  readonly #database: Queryable;

  constructor(database: Queryable) {
    this.#database = database;
  }

  /** Destinations after `afterId`, in order, that keep something under another key than that of `keyId`. */
  async under(otherThan: Buffer, afterId: string, limit: number): Promise<SealedRow[]> {
    return this.#database.rows<SealedRow>(sql`
      select id, secret, next_secret as "nextSecret", headers, version from destinations
      where id > ${afterId} and (
        (secret <> '' and substring(secret from 2 for 8) <> ${otherThan})
        or substring(next_secret from 2 for 8) <> ${otherThan}
        or exists (select from jsonb_each_text(headers) where substring(decode(value, 'base64') from 2 for 8) <> ${otherThan}))
      order by id limit ${limit}`);
  }

  async count(): Promise<number> {
    const row = await this.#database.row<{ count: string }>(sql`select count(*) as count from destinations`);
    return Number(row?.count ?? 0);
  }

  /** Writes rows back that nobody has changed since they were read; a trigger announces them. Returns how many. */
  async replace(rows: readonly SealedRow[]): Promise<number> {
    return this.#database.run(sql`
      update destinations d set secret = row.secret, next_secret = row.next_secret, headers = row.headers::jsonb
      from unnest(
        ${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ version }) => version)}::bigint[],
        ${rows.map(({ secret }) => secret)}::bytea[], ${rows.map(({ nextSecret }) => nextSecret)}::bytea[],
        ${rows.map(({ headers }) => JSON.stringify(headers))}::text[]
      ) as row (id, version, secret, next_secret, headers)
      where d.id = row.id and d.version = row.version`);
  }
}
