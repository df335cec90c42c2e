import { sql, type Database, type Queryable } from '#database';
import type { DestinationJson } from './to-destination.ts';
import type { ErasureJson } from './to-erasure.ts';

/** A change that is still to be published; no value means that the key was deleted. */
export type OutboxRow = { id: number; key: string } & (
  { role: 'destinations'; value: DestinationJson | null } | { role: 'erasures'; value: ErasureJson | null }
);

// Any number does, as long as nothing else of the hub locks by it.
const RELAY_LOCK = 7_310_423;

/** The outbox of what stages follow: changes of destinations, and erasures. */
export class OutboxStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Hands the oldest rows to `publish`, in order, and deletes them when it succeeds. Only one process at a time does
   * so: `undefined` when it is another. Otherwise the number published.
   */
  async drain(limit: number, publish: (rows: OutboxRow[]) => Promise<void>): Promise<number | undefined> {
    return this.#database.transaction(async (transaction) => {
      const lock = await transaction.row<{ isOurs: boolean }>(
        sql`select pg_try_advisory_xact_lock(${RELAY_LOCK}) as "isOurs"`,
      );
      if (!lock?.isOurs) return undefined;
      const rows = await this.#oldest(transaction, limit);
      if (rows.length === 0) return 0;
      await publish(rows);
      await transaction.run(sql`delete from outbox where id = any(${rows.map((row) => row.id)}::bigint[])`);
      return rows.length;
    });
  }

  #oldest(transaction: Queryable, limit: number): Promise<OutboxRow[]> {
    return transaction.rows<OutboxRow>(sql`
      select id, topic_role as role, key, value from outbox order by id limit ${limit}`);
  }
}
