import { emailAddress, type EmailSettings, type Unsubscription } from '#connectors';
import { sql, type Database } from '#database';

/** Why a destination is disabled that nobody is left of. */
export const EVERYONE_UNSUBSCRIBED = 'everyone unsubscribed';

/** An e-mail destination, as far as unsubscribing needs it. */
export interface EmailDestinationRow {
  name: string;
  secret: Buffer;
  settings: EmailSettings;
}

/**
 * Takes people off e-mail destinations. Its statements run as the hub's own: who follows a link in an e-mail has no
 * other credential than the link.
 */
export class UnsubscribeStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(destinationId: string): Promise<EmailDestinationRow | undefined> {
    return this.#database.row<EmailDestinationRow>(sql`
      select name, secret, config as settings from destinations where id = ${destinationId} and kind = 'email'`);
  }

  /** Doing it twice changes nothing. A destination that nobody is left of is disabled. */
  async remove({ destinationId, recipient }: Unsubscription): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const row = await transaction.row<{ settings: EmailSettings }>(sql`
        select config as settings from destinations where id = ${destinationId} and kind = 'email' for update`);
      if (row === undefined || !row.settings.recipients.includes(recipient)) return;
      const recipients = row.settings.recipients.filter((each) => each !== recipient);
      const unsubscribed = [...(row.settings.unsubscribed ?? []), recipient];
      await transaction.run(sql`
        update destinations set
          config = config || ${JSON.stringify({ recipients, unsubscribed })}::jsonb,
          url = ${emailAddress(recipients)},
          is_enabled = is_enabled and ${recipients.length > 0},
          disabled_reason = case when ${recipients.length > 0} then disabled_reason else ${EVERYONE_UNSUBSCRIBED} end,
          disabled_at = case when ${recipients.length > 0} then disabled_at else coalesce(disabled_at, now()) end
        where id = ${destinationId}`);
    });
  }
}
