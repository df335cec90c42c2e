import { sql, type TenantDatabase } from '#database';

/** An event with the exact body that its requests carry. */
export interface EventRow {
  id: string;
  type: string;
  createdAt: Date;
  acceptedAt: Date;
  body: Buffer;
}

/** Recorded events. */
export class EventStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Undefined also when retention has removed the event. */
  async find(projectId: string, eventId: string): Promise<EventRow | undefined> {
    return this.#database.row<EventRow>(sql`
      select id, type, created_at as "createdAt", accepted_at as "acceptedAt", body
      from events where id = ${eventId} and project_id = ${projectId} order by accepted_at limit 1`);
  }
}
