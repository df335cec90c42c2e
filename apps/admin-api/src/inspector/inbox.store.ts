import { sql, type Database } from '#database';

/** How many requests an inspector keeps. */
export const KEPT = 100;

/** What strangers send to inspectors. It comes without a caller, so the token alone says whose it is. */
export class InboxStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether an inspector has this token. */
  async knows(token: string): Promise<boolean> {
    return (await this.#database.row(sql`select 1 from inspectors where token = ${token}`)) !== undefined;
  }

  /** Keeps a request and forgets the oldest. Undefined when no inspector has this token; else what to answer. */
  async receive(token: string, request: { headers: object; body: Buffer }): Promise<number | undefined> {
    const row = await this.#database.row<{ projectId: string; answerStatus: number }>(sql`
      insert into inspector_requests (tenant_id, project_id, headers, body, answer_status)
      select tenant_id, project_id, ${JSON.stringify(request.headers)}::json, ${request.body}, answer_status
      from inspectors where token = ${token}
      returning project_id as "projectId", answer_status as "answerStatus"`);
    if (row === undefined) return undefined;
    await this.#database.run(sql`
      delete from inspector_requests where project_id = ${row.projectId} and id <= (
        select id from inspector_requests where project_id = ${row.projectId} order by id desc offset ${KEPT} limit 1)`);
    return row.answerStatus;
  }
}
