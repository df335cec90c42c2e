import { sql, type TenantDatabase } from '#database';
import type { Role } from '#service';

/** A member of a tenant. */
export interface MemberRow {
  userId: string;
  name: string;
  email: string;
  role: Role;
  joinedAt: Date;
}

/** Which member of which tenant. */
export interface MemberKey {
  tenantId: string;
  userId: string;
}

/** The members of a tenant. A trigger sees to it that one of them is an owner. */
export class MemberStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** In the order of their joining. @param only the member to be found, or none for all */
  async list(tenantId: string, only?: string): Promise<MemberRow[]> {
    return this.#database.rows<MemberRow>(sql`
      select m.user_id as "userId", u.name, u.email, m.role, m.created_at as "joinedAt"
      from members m join users u on u.id = m.user_id
      where m.tenant_id = ${tenantId} and (${only}::uuid is null or m.user_id = ${only})
      order by m.created_at, m.user_id`);
  }

  async find({ tenantId, userId }: MemberKey): Promise<MemberRow | undefined> {
    const [row] = await this.list(tenantId, userId);
    return row;
  }

  /** @param from the role that the caller was allowed to change; false when it is another by now */
  async change({ tenantId, userId }: MemberKey, from: Role, to: Role): Promise<boolean> {
    const changed = await this.#database.run(sql`
      update members set role = ${to} where tenant_id = ${tenantId} and user_id = ${userId} and role = ${from}`);
    return changed > 0;
  }

  async remove({ tenantId, userId }: MemberKey, from: Role): Promise<boolean> {
    const removed = await this.#database.run(sql`
      delete from members where tenant_id = ${tenantId} and user_id = ${userId} and role = ${from}`);
    return removed > 0;
  }
}
