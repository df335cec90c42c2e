import { sql, type Database } from '#database';

/** A person with what they are in a tenant. */
export interface PersonOfTenant {
  id: string;
  email: string;
  name: string;
  passwordHash: string;
  tenantId: string;
  role: string;
}

/** People, for the operator: whoever has the database vouches for them. */
export class PersonStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async isMember(email: string, tenantId: string): Promise<boolean> {
    const row = await this.#database.row(sql`
      select 1 from members m join users u on u.id = m.user_id
      where u.email = ${email} and m.tenant_id = ${tenantId}`);
    return row !== undefined;
  }

  /**
   * Makes a person, or gives the one with this address another password, which ends their sessions and mailed links; and makes them a
   * member. False when there is no such tenant.
   */
  async put({ id, email, name, passwordHash, tenantId, role }: PersonOfTenant): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const tenant = await transaction.row(sql`select 1 from tenants where id = ${tenantId}`);
      if (tenant === undefined) return false;
      const doubted = await transaction.row<{ id: string }>(
        sql`select id from users where email = ${email} and not is_email_verified for update`,
      );
      const person = await transaction.row<{ id: string }>(sql`
        insert into users (id, name, email, is_email_verified) values (${id}, ${name}, ${email}, true)
        on conflict (email) do update set is_email_verified = true returning id`);
      await transaction.run(sql`
        insert into members (tenant_id, user_id, role) values (${tenantId}, ${person?.id}, ${role})
        on conflict (tenant_id, user_id) do update set role = excluded.role`);
      await transaction.run(sql`
        insert into accounts (id, user_id, account_id, provider_id, password)
        values (gen_random_uuid(), ${person?.id}, ${person?.id}, 'credential', ${passwordHash})
        on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`);
      await transaction.run(sql`delete from sessions where user_id = ${person?.id}`);
      await transaction.run(sql`
        delete from verifications
        where value = ${person?.id}::text or value like '{"person":"' || ${person?.id}::text || '"%'`);
      // Whoever linked it while nobody had proven the address may have been somebody else.
      await transaction.run(
        sql`delete from accounts where user_id = ${doubted?.id} and provider_id <> 'credential'`,
      );
      return true;
    });
  }
}
