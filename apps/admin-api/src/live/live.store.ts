import { sql, type Database } from '#database';

/** Texts that differ once something has changed. */
export interface Fingerprints {
  traffic: string;
  webhooks: string;
  inspector: string;
}

/** Tells whether anything of a project has changed, at the price of a few index reads. */
export class LiveStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Of several projects at once, by project. */
  async fingerprints(projectIds: readonly string[]): Promise<Map<string, Fingerprints>> {
    const rows = await this.#database.rows<Fingerprints & { projectId: string }>(sql`
      select p as "projectId",
        coalesce((select concat_ws(' ', starts_at, events, deliveries, delivered, failed) from traffic
          where project_id = p and destination_id = '00000000-0000-0000-0000-000000000000' and width_minutes = 10
          order by starts_at desc limit 1), '') as traffic,
        coalesce((select concat_ws(' ', count(*), max(updated_at)) from destinations where project_id = p), '')
          as webhooks,
        coalesce((select concat_ws(' ', i.answer_status, i.token, max(r.id), count(r.id)) from inspectors i
          left join inspector_requests r on r.project_id = i.project_id
          where i.project_id = p group by i.project_id), '') as inspector
      from unnest(${projectIds}::uuid[]) p`);
    return new Map(rows.map(({ projectId, ...prints }) => [projectId, prints]));
  }
}
