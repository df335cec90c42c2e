import { emailAddress } from '#connectors';
import { sql, type TenantDatabase } from '#database';
import { NEWS_TYPES } from '#events';
import type { Owner } from '../webhook.store.ts';

/** Who is told, by e-mail, of a project's deliveries going wrong. */
export interface Contacts {
  recipients: string[];
  /** Whether these are the owners of the tenant, who stand in while nobody is named. */
  areOwners: boolean;
}

/** What lists call them. */
export const CONTACTS_NAME = 'Contacts of the project';

/**
 * The contacts of a project are an e-mail destination that takes the hub's own news, so what they are sent has the
 * lanes, retries and log of every delivery. There is one at most: a unique index sees to it.
 */
export class ContactsStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  async find(projectId: string): Promise<Contacts> {
    const row = await this.#database.row<Contacts>(sql`
      select config -> 'recipients' as recipients, config ? 'owners' as "areOwners" from destinations
      where project_id = ${projectId} and config ->> 'role' = 'contacts'`);
    return row ?? { recipients: [], areOwners: false };
  }

  /** Makes the contacts, or changes who they are; the secret of existing ones stays. */
  async put(owner: Owner, id: string, recipients: readonly string[], encryptedSecret: Buffer): Promise<void> {
    const config = JSON.stringify({ role: 'contacts', recipients });
    await this.#database.run(sql`
      insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret, config)
      values (${id}, ${owner.tenantId}, ${owner.projectId}, 'email', ${CONTACTS_NAME}, ${emailAddress(recipients)},
        ${[...NEWS_TYPES]}, ${encryptedSecret}, ${config}::jsonb)
      on conflict (project_id) where config ->> 'role' = 'contacts' do update set
        url = excluded.url, config = (destinations.config - 'owners') || excluded.config`);
  }

  async remove(projectId: string): Promise<void> {
    await this.#database.run(sql`
      delete from destinations where project_id = ${projectId} and config ->> 'role' = 'contacts'`);
  }
}
