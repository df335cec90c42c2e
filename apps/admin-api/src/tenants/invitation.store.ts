import { sql, type TenantDatabase } from '#database';
import type { Role } from '#service';
import type { Caps } from '../caps.ts';

/** An invitation as members see it. */
export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
}

/** A new invitation. Of its token only the digest is stored. */
export interface NewInvitation {
  id: string;
  tenantId: string;
  email: string;
  role: Role;
  tokenHash: Buffer;
  invitedBy: string;
  lifetimeMs: number;
}

/** Open invitations of a tenant. Accepting them is the joining store's. */
export class InvitationStore {
  readonly #database: TenantDatabase;
  readonly #caps: Caps;

  constructor(database: TenantDatabase, caps: Caps) {
    this.#database = database;
    this.#caps = caps;
  }

  /** Those that can still be accepted, newest first. @param only the invitation to be found, or none for all */
  async list(tenantId: string, only?: string): Promise<InvitationRow[]> {
    return this.#database.rows<InvitationRow>(sql`
      select i.id, i.email, i.role, u.name as "invitedBy", i.created_at as "createdAt", i.expires_at as "expiresAt"
      from invitations i left join users u on u.id = i.invited_by
      where i.tenant_id = ${tenantId} and i.accepted_at is null and i.expires_at > now()
        and (${only}::uuid is null or i.id = ${only})
      order by i.created_at desc, i.id`);
  }

  async isMember(tenantId: string, email: string): Promise<boolean> {
    const row = await this.#database.row(sql`
      select 1 from members m join users u on u.id = m.user_id
      where m.tenant_id = ${tenantId} and u.email = ${email}`);
    return row !== undefined;
  }

  /** The role that one which was not accepted yet is for. */
  async roleOf(tenantId: string, which: { id: string } | { email: string }): Promise<Role | undefined> {
    const { id, email } = { id: undefined, email: undefined, ...which };
    const row = await this.#database.row<{ role: Role }>(sql`
      select role from invitations
      where tenant_id = ${tenantId} and accepted_at is null
        and (${id}::uuid is null or id = ${id}) and (${email}::text is null or email = ${email})`);
    return row?.role;
  }

  /**
   * Takes the place of an earlier one to the same address, whose link then no longer works.
   * @param replaced the role of that one, which the caller was allowed to undo
   */
  async add(invitation: NewInvitation, replaced: Role | undefined): Promise<void> {
    const { id, tenantId, email, role, tokenHash, invitedBy, lifetimeMs } = invitation;
    await this.#database.transaction(async (transaction) => {
      await transaction.run(sql`
        delete from invitations
        where tenant_id = ${tenantId} and email = ${email} and role = ${replaced} and accepted_at is null`);
      await this.#caps.requireRoomForInvitation(transaction, tenantId);
      await transaction.run(sql`
        insert into invitations (id, tenant_id, email, role, token_hash, invited_by, expires_at)
        values (${id}, ${tenantId}, ${email}, ${role}, ${tokenHash}, ${invitedBy},
          now() + ${lifetimeMs} * interval '1 millisecond')`);
    });
  }

  /** @param role the role that the caller was allowed to undo; false when it is another by now */
  async remove(tenantId: string, id: string, role: Role): Promise<boolean> {
    const removed = await this.#database.run(sql`
      delete from invitations
      where tenant_id = ${tenantId} and id = ${id} and role = ${role} and accepted_at is null`);
    return removed > 0;
  }
}
