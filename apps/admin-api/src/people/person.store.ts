import { nameActor, sql, type Actor, type Database, type Queryable } from '#database';
import type { Membership, Role } from '#service';
import type { Caps } from '../caps.ts';

/** A person as they see themselves. */
export interface PersonRow {
  id: string;
  name: string;
  email: string;
  isEmailVerified: boolean;
}

/** A tenant as its members see it. */
export interface MembershipRow {
  id: string;
  name: string;
  role: Role;
}

/** A session of a person. */
export interface SessionRow {
  id: string;
  createdAt: Date;
  expiresAt: Date;
  ipAddress: string | null;
  userAgent: string | null;
}

/** People about themselves, in whichever tenants they are. */
export class PersonStore {
  readonly #database: Database;
  readonly #caps: Caps;

  constructor(database: Database, caps: Caps) {
    this.#database = database;
    this.#caps = caps;
  }

  async membership(
    userId: string,
    where: { tenantId: string } | { projectId: string },
  ): Promise<Membership | undefined> {
    if ('tenantId' in where) {
      return this.#database.row<Membership>(sql`
        select tenant_id as "tenantId", role from members
        where user_id = ${userId} and tenant_id = ${where.tenantId}`);
    }
    return this.#database.row<Membership>(sql`
      select m.tenant_id as "tenantId", m.role from projects p join members m on m.tenant_id = p.tenant_id
      where p.id = ${where.projectId} and m.user_id = ${userId}`);
  }

  async find(userId: string): Promise<PersonRow | undefined> {
    return this.#database.row<PersonRow>(sql`
      select id, name, email, is_email_verified as "isEmailVerified" from users where id = ${userId}`);
  }

  async tenants(userId: string): Promise<MembershipRow[]> {
    return this.#database.rows<MembershipRow>(sql`
      select t.id, t.name, m.role from members m join tenants t on t.id = m.tenant_id
      where m.user_id = ${userId} order by t.name, t.id`);
  }

  async rename(userId: string, name: string, actor: Actor): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await nameActor(transaction, actor);
      await transaction.run(sql`update users set name = ${name}, updated_at = now() where id = ${userId}`);
    });
  }

  /** False when the address has changed since it was asked for. Links that were mailed to the old one no longer work. */
  async changeEmail(
    { userId, from, to }: { userId: string; from: string; to: string },
    actor: Actor,
  ): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      await nameActor(transaction, actor);
      const changed = await transaction.run(sql`
        update users set email = ${to}, is_email_verified = true, updated_at = now()
        where id = ${userId} and email = ${from}`);
      if (changed > 0) await forgetLinks(transaction, userId);
      return changed > 0;
    });
  }

  /** Tells the tenants of whoever has this address that somebody tried to sign in as them. */
  async noteRefusedSignIn(
    email: string,
    { ipAddress, userAgent }: { ipAddress: string; userAgent: string },
  ): Promise<void> {
    await this.#database.run(sql`select audit.note_refused_sign_in(${email}, ${ipAddress}, ${userAgent})`);
  }

  /** Only while the address is the one that the mail went to. */
  async verifyEmail(userId: string, email: string): Promise<boolean> {
    const verified = await this.#database.run(sql`
      update users set is_email_verified = true, updated_at = now() where id = ${userId} and email = ${email}`);
    return verified > 0;
  }

  /** Links for a new password or address that were mailed before no longer work: somebody else may hold one. */
  async forgetLinks(userId: string): Promise<void> {
    await forgetLinks(this.#database, userId);
  }

  /**
   * The address is proven to be the person's. Whoever linked an account of single sign-on while it was not may have been
   * somebody else, and is let in no longer.
   */
  async settleReset(userId: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await forgetLinks(transaction, userId);
      const proven = await transaction.run(sql`
        update users set is_email_verified = true, updated_at = now()
        where id = ${userId} and not is_email_verified`);
      if (proven === 0) return;
      await transaction.run(
        sql`delete from accounts where user_id = ${userId} and provider_id <> 'credential'`,
      );
      await transaction.run(sql`delete from sessions where user_id = ${userId}`);
    });
  }

  /** Those that have not ended, newest first. */
  async sessions(userId: string): Promise<SessionRow[]> {
    return this.#database.rows<SessionRow>(sql`
      select id, created_at as "createdAt", expires_at as "expiresAt", ip_address as "ipAddress",
        user_agent as "userAgent"
      from sessions where user_id = ${userId} and expires_at > now() order by created_at desc, id`);
  }

  async endSession(userId: string, sessionId: string): Promise<boolean> {
    const ended = await this.#database.run(
      sql`delete from sessions where user_id = ${userId} and id = ${sessionId}`,
    );
    return ended > 0;
  }

  /** A tenant whose owner is the person that makes it. */
  async addTenant(tenant: { id: string; name: string }, userId: string, actor: Actor): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await this.#caps.requireRoomForTenant(transaction, userId);
      await nameActor(transaction, actor);
      await transaction.run(sql`insert into tenants (id, name) values (${tenant.id}, ${tenant.name})`);
      await transaction.run(
        sql`insert into members (tenant_id, user_id, role) values (${tenant.id}, ${userId}, 'owner')`,
      );
    });
  }
}

/** Those for a new password stand for the person, those for a new address begin with them. */
async function forgetLinks(database: Queryable, userId: string): Promise<void> {
  await database.run(sql`
    delete from verifications where value = ${userId} or value like ${`{"person":"${userId}"%`}`);
}
