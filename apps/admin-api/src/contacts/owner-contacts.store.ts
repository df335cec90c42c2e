import { emailAddress } from '#connectors';
import { sql, type Database } from '#database';
import { NEWS_TYPES } from '#events';
import { EVERYONE_UNSUBSCRIBED } from '../unsubscribe.store.ts';
import { CONTACTS_NAME } from './contacts.store.ts';

/** A project without contacts of its own, and whom it has in their place. */
export interface UnwatchedProject {
  projectId: string;
  tenantId: string;
  /** The owners of its tenant, of verified addresses. */
  owners: string[];
  /** Null before its owners were made its contacts. */
  destinationId: string | null;
  unsubscribed: string[] | null;
}

const AT_ONCE = 200;

/** Projects that have named no contacts: the owners of the tenant stand in for them. */
export class OwnerContactsStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Projects with something to fail whose owners are not their contacts yet, or are others by now. */
  async find(maxOwners: number): Promise<UnwatchedProject[]> {
    return this.#database.rows<UnwatchedProject>(sql`
      with owned as (
        select m.tenant_id, array_agg(u.email order by m.created_at, u.email) as owners
        from members m join users u on u.id = m.user_id
        where m.role = 'owner' and u.is_email_verified
        group by m.tenant_id
      )
      select p.id as "projectId", p.tenant_id as "tenantId", o.owners[1:${maxOwners}::int] as owners,
        d.id as "destinationId", d.config -> 'unsubscribed' as unsubscribed
      from projects p
      join owned o on o.tenant_id = p.tenant_id
      left join destinations d on d.project_id = p.id and d.config ->> 'role' = 'contacts'
      where (d.id is null or d.config -> 'owners' <> to_jsonb(o.owners[1:${maxOwners}::int]))
        and exists (select from destinations each where each.project_id = p.id and each.id is distinct from d.id)
      limit ${AT_ONCE}`);
  }

  /** Makes owners the contacts, unless somebody named contacts meanwhile. */
  async add(id: string, { projectId, tenantId, owners }: UnwatchedProject, secret: Buffer): Promise<void> {
    const config = JSON.stringify({ role: 'contacts', owners, recipients: owners });
    await this.#database.run(sql`
      insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret, config)
      values (${id}, ${tenantId}, ${projectId}, 'email', ${CONTACTS_NAME}, ${emailAddress(owners)},
        ${[...NEWS_TYPES]}, ${secret}, ${config}::jsonb)
      on conflict (project_id) where config ->> 'role' = 'contacts' do nothing`);
  }

  /** Takes in who the owners are now, without those who have unsubscribed. */
  async change(id: string, owners: readonly string[], recipients: readonly string[]): Promise<void> {
    // Somebody is left again of a destination that had lost everybody.
    const isRefilled = recipients.length > 0;
    await this.#database.run(sql`
      update destinations set url = ${emailAddress(recipients)},
        config = config || ${JSON.stringify({ owners, recipients })}::jsonb
      where id = ${id} and config ? 'owners'`);
    await this.#database.run(sql`
      update destinations
      set is_enabled = true, enabled_epoch = enabled_epoch + 1, disabled_reason = null, disabled_at = null
      where id = ${id} and ${isRefilled} and not is_enabled and disabled_reason = ${EVERYONE_UNSUBSCRIBED}`);
  }
}
