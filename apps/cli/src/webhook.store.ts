import { sql, type Database } from '#database';

/** A webhook as the operator sees it. */
export interface WebhookRow {
  id: string;
  name: string;
  url: string;
  enabled: boolean;
  disabledReason: string | null;
  createdAt: Date;
}

/** Webhooks of any project, for the operator. */
export class WebhookStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(projectId: string): Promise<WebhookRow[]> {
    return this.#database.rows<WebhookRow>(sql`
      select id, name, url, is_enabled as enabled, disabled_reason as "disabledReason", created_at as "createdAt"
      from destinations where project_id = ${projectId} and kind = 'webhook' order by created_at, id`);
  }

  /** Of a destination of any kind. */
  async projectOf(destinationId: string): Promise<string | undefined> {
    const row = await this.#database.row<{ projectId: string }>(sql`
      select project_id as "projectId" from destinations where id = ${destinationId}`);
    return row?.projectId;
  }

  /** False when there is no such webhook. A trigger announces the change; the admin API publishes it. */
  async setEnabled(id: string, isEnabled: boolean): Promise<boolean> {
    const found = await this.#database.run(sql`
      update destinations set
        is_enabled = ${isEnabled},
        enabled_epoch = enabled_epoch + case when ${isEnabled} and not is_enabled then 1 else 0 end,
        disabled_reason = case when ${isEnabled} then null else coalesce(disabled_reason, 'disabled by the operator') end,
        disabled_at = case when ${isEnabled} then null else coalesce(disabled_at, now()) end
      where id = ${id} and kind = 'webhook'`);
    return found > 0;
  }
}
