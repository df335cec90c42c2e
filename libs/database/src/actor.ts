import type { Queryable } from './database.ts';
import { sql } from './sql.ts';

/** Who changes something, as the audit log tells it. */
export interface Actor {
  kind: 'person' | 'api-key' | 'operator';
  id?: string;
  name?: string;
  ipAddress?: string;
  userAgent?: string;
}

/** Has the audit log tell changes of this transaction as the actor's. Without it they are the hub's own. */
export async function nameActor(transaction: Queryable, actor: Actor): Promise<void> {
  await transaction.run(sql`select set_config('hub.actor', ${JSON.stringify(actor)}, true)`);
}
