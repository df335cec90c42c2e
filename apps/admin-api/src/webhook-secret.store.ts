import { sql, type TenantDatabase } from '#database';
import type { Destination } from '#events';
import { toDestination, type DestinationJson } from './to-destination.ts';
import type { WebhookKey } from './webhook.store.ts';

/** The secrets of webhooks, always encrypted. */
export class WebhookSecretStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** The webhook with its secrets, as workers know it. */
  async find({ projectId, webhookId }: WebhookKey): Promise<Destination | undefined> {
    const row = await this.#database.row<{ value: DestinationJson }>(sql`
      select to_json(d) as value from destinations d
      where project_id = ${projectId} and id = ${webhookId} and kind = 'webhook'`);
    return row && toDestination(row.value);
  }

  /** Sets the next secret. An earlier one that was promoted by the passing of time first becomes the secret. */
  async rotate(
    { projectId, webhookId }: WebhookKey,
    encryptedSecret: Buffer,
    promotedBefore: Date,
  ): Promise<Date | undefined> {
    const row = await this.#database.row<{ nextSecretAt: Date }>(sql`
      update destinations set
        secret = case when next_secret_at <= ${promotedBefore} then next_secret else secret end,
        next_secret = ${encryptedSecret}, next_secret_at = now()
      where project_id = ${projectId} and id = ${webhookId} and kind = 'webhook'
      returning next_secret_at as "nextSecretAt"`);
    return row?.nextSecretAt;
  }

  /** Makes the next secret the secret; false when there is none. */
  async promote({ projectId, webhookId }: WebhookKey): Promise<boolean> {
    const promoted = await this.#database.run(sql`
      update destinations set secret = next_secret, next_secret = null, next_secret_at = null
      where project_id = ${projectId} and id = ${webhookId} and kind = 'webhook' and next_secret is not null`);
    return promoted > 0;
  }
}
