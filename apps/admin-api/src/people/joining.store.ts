import { nameActor, sql, type Actor, type Database, type Queryable } from '#database';
import type { Role } from '#service';

/** Somebody who is not known yet. */
export interface NewPerson {
  id: string;
  name: string;
  email: string;
  passwordHash: string;
}

/** An invitation that can still be accepted. */
export interface OpenInvitation {
  id: string;
  tenantId: string;
  tenantName: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  expiresAt: Date;
  /** The person whose address it went to, where there is one already. */
  userId: string | null;
}

// Any number does, as long as nothing else of the hub locks by it.
const SETUP_LOCK = 7_310_424;

/** How people come into the hub: the first by the link of an empty one, all others by invitation. */
export class JoiningStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether nobody has come yet. */
  async isEmpty(): Promise<boolean> {
    return (await this.#database.row(sql`select 1 from users limit 1`)) === undefined;
  }

  /** Makes the first person and their tenant; false when there is one already. */
  async addFirst(person: NewPerson, tenant: { id: string; name: string }, actor: Actor): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      await transaction.run(sql`select pg_advisory_xact_lock(${SETUP_LOCK})`);
      if ((await transaction.row(sql`select 1 from users limit 1`)) !== undefined) return false;
      await nameActor(transaction, actor);
      await this.#addPerson(transaction, person, false);
      await transaction.run(sql`insert into tenants (id, name) values (${tenant.id}, ${tenant.name})`);
      await this.#addMember(transaction, tenant.id, person.id, 'owner');
      return true;
    });
  }

  /** Only while whoever invited may still do so. */
  async findInvitation(tokenHash: Buffer): Promise<OpenInvitation | undefined> {
    return this.#database.row<OpenInvitation>(sql`
      select i.id, i.tenant_id as "tenantId", t.name as "tenantName", i.email, i.role, inviter.name as "invitedBy",
        i.expires_at as "expiresAt", u.id as "userId"
      from invitations i join tenants t on t.id = i.tenant_id left join users inviter on inviter.id = i.invited_by
        left join users u on u.email = i.email
      where i.token_hash = ${tokenHash} and i.accepted_at is null and i.expires_at > now()
        and exists (
          select from members m where m.tenant_id = i.tenant_id and m.user_id = i.invited_by
            and (m.role = 'owner' or (m.role = 'admin' and i.role <> 'owner')))`);
  }

  /** Whether anybody asked the owner of this address to come. */
  async isInvited(email: string): Promise<boolean> {
    const row = await this.#database.row(sql`
      select 1 from invitations i
      where i.email = ${email.toLowerCase()} and i.accepted_at is null and i.expires_at > now()
        and exists (
          select from members m where m.tenant_id = i.tenant_id and m.user_id = i.invited_by
            and (m.role = 'owner' or (m.role = 'admin' and i.role <> 'owner')))`);
    return row !== undefined;
  }

  /** Makes the invited person a member, and known where they are new; false when somebody was faster. */
  async accept(
    invitation: OpenInvitation,
    person: NewPerson | { id: string },
    actor: Actor,
  ): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      await nameActor(transaction, actor);
      const accepted = await transaction.run(sql`
        update invitations i set accepted_at = now()
        where i.id = ${invitation.id} and i.accepted_at is null and i.expires_at > now()
        and exists (
          select from members m where m.tenant_id = i.tenant_id and m.user_id = i.invited_by
            and (m.role = 'owner' or (m.role = 'admin' and i.role <> 'owner')))`);
      if (accepted === 0) return false;
      // Whoever has the token has read the mail, so the address is theirs.
      if ('email' in person) await this.#addPerson(transaction, person, true);
      await this.#addMember(transaction, invitation.tenantId, person.id, invitation.role);
      return true;
    });
  }

  async #addPerson(transaction: Queryable, person: NewPerson, isEmailVerified: boolean): Promise<void> {
    const { id, name, email, passwordHash } = person;
    await transaction.run(sql`
      insert into users (id, name, email, is_email_verified) values (${id}, ${name}, ${email}, ${isEmailVerified})`);
    await transaction.run(sql`
      insert into accounts (id, user_id, account_id, provider_id, password)
      values (gen_random_uuid(), ${id}, ${id}, 'credential', ${passwordHash})`);
  }

  async #addMember(transaction: Queryable, tenantId: string, userId: string, role: Role): Promise<void> {
    await transaction.run(sql`
      insert into members (tenant_id, user_id, role) values (${tenantId}, ${userId}, ${role})
      on conflict do nothing`);
  }
}
