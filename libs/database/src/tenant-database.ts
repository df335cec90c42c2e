import { AsyncLocalStorage } from 'node:async_hooks';
import type { Actor } from './actor.ts';
import type { Database, Queryable } from './database.ts';
import { sql, type Statement } from './sql.ts';

/** On whose behalf statements run. */
export interface Caller {
  tenantId: string;
  actor: Actor;
}

/**
 * The pool as a request may use it: every statement runs under a role that sees the rows of one tenant only, that of
 * the caller whose work is being done. Outside of `runAs` it sees nothing.
 */
export class TenantDatabase implements Queryable {
  readonly #database: Database;
  readonly #caller = new AsyncLocalStorage<Caller>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Does `work`, with all its statements as this caller's. */
  runAs<T>(caller: Caller, work: () => T): T {
    return this.#caller.run(caller, work);
  }

  rows<Row extends object>(statement: Statement): Promise<Row[]> {
    return this.transaction((transaction) => transaction.rows<Row>(statement));
  }

  row<Row extends object>(statement: Statement): Promise<Row | undefined> {
    return this.transaction((transaction) => transaction.row<Row>(statement));
  }

  run(statement: Statement): Promise<number> {
    return this.transaction((transaction) => transaction.run(statement));
  }

  /** Runs `work` in one transaction on one connection; whatever it throws rolls back. */
  transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const caller = this.#caller.getStore();
    return this.#database.transaction(async (transaction) => {
      // The one place that says whose rows there are: policies of the tables compare with hub.tenant_id.
      await transaction.run(sql`
        select set_config('role', 'hub_tenant', true), set_config('hub.tenant_id', ${caller?.tenantId ?? ''}, true),
          set_config('hub.actor', ${caller === undefined ? '' : JSON.stringify(caller.actor)}, true)`);
      return work(transaction);
    });
  }
}
