import { sql, type Database } from '#database';

/** What a person asks of the running sink. */
export type SinkRequest =
  | { kind: 'rewind'; sinceMs: number }
  | { kind: 'rewind'; offset: number }
  | { kind: 'erase'; projectId: string; digest: string };

/** What came of a request. */
export interface Answer {
  outcome: string;
  isDone: boolean;
}

/** Requests to the sink, which alone can write to its warehouse. */
export class RequestStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @returns its id */
  async add(request: SinkRequest): Promise<number> {
    const row = await this.#database.row<{ id: number }>(
      sql`insert into warehouse_requests (request) values (${JSON.stringify(request)}) returning id`,
    );
    return row?.id ?? 0;
  }

  /** What came of one; undefined while nobody has taken it. */
  answer(id: number): Promise<Answer | undefined> {
    return this.#database.row<Answer>(
      sql`select outcome, is_done as "isDone" from warehouse_requests where id = ${id} and outcome is not null`,
    );
  }

  /** Takes the oldest open request, alone among all processes, and keeps what `work` says of it. @returns whether there was one */
  take(work: (request: SinkRequest) => Promise<string>): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const row = await transaction.row<{ id: number; request: SinkRequest }>(sql`
        select id, request from warehouse_requests where not is_done order by id limit 1 for update skip locked`);
      if (row === undefined) return false;
      const outcome = await work(row.request);
      await transaction.run(sql`
        update warehouse_requests set is_done = true, outcome = ${outcome}, done_at = now()
        where id = ${row.id}`);
      return true;
    });
  }
}
