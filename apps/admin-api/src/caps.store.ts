import { sql, type Queryable, type Statement } from '#database';
import { notFound } from '#service';

/**
 * Whether as many as may be are there already. Each locks the row that they belong to until the transaction ends, so that
 * of two who add at once the second counts what the first has added.
 */
export class CapsStore {
  async hasTenants(transaction: Queryable, userId: string, most: number): Promise<boolean> {
    await hold(transaction, sql`select from users where id = ${userId} for no key update`);
    return isReached(
      await transaction.row<Reached>(sql`
        select ${most}::int > 0 and count(*) >= ${most}::int as "isReached" from members where user_id = ${userId} and role = 'owner'`),
    );
  }

  async hasProjects(transaction: Queryable, tenantId: string, most: number): Promise<boolean> {
    await hold(transaction, sql`select from tenants where id = ${tenantId} for no key update`);
    return isReached(
      await transaction.row<Reached>(sql`
        select ${most}::int > 0 and count(*) >= ${most}::int as "isReached" from projects where tenant_id = ${tenantId}`),
    );
  }

  async hasDestinations(transaction: Queryable, projectId: string, most: number): Promise<boolean> {
    await hold(transaction, sql`select from projects where id = ${projectId} for no key update`);
    return isReached(
      await transaction.row<Reached>(sql`
        select ${most}::int > 0 and count(*) >= ${most}::int as "isReached" from destinations
        where project_id = ${projectId} and config ->> 'role' is distinct from 'contacts'`),
    );
  }

  async hasApiKeys(transaction: Queryable, projectId: string, most: number): Promise<boolean> {
    await hold(transaction, sql`select from projects where id = ${projectId} for no key update`);
    return isReached(
      await transaction.row<Reached>(sql`
        select ${most}::int > 0 and count(*) >= ${most}::int as "isReached" from api_keys
        where project_id = ${projectId} and revoked_at is null`),
    );
  }

  async hasInvitations(transaction: Queryable, tenantId: string, most: number): Promise<boolean> {
    await hold(transaction, sql`select from tenants where id = ${tenantId} for no key update`);
    return isReached(
      await transaction.row<Reached>(sql`
        select ${most}::int > 0 and count(*) >= ${most}::int as "isReached" from invitations
        where tenant_id = ${tenantId} and accepted_at is null and expires_at > now()`),
    );
  }
}

/** What is to have one more may have been deleted a moment ago. */
async function hold(transaction: Queryable, lock: Statement): Promise<void> {
  if ((await transaction.run(lock)) === 0) throw notFound();
}

interface Reached {
  isReached: boolean;
}

const isReached = (row: Reached | undefined) => row?.isReached === true;
