import { HubError } from '#errors';
import type { Log } from '#log';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { classifyFailure } from './classify-failure.ts';
import { LATEST_MIGRATION } from './latest-migration.ts';
import { sql, type Statement } from './sql.ts';

const READY_TIMEOUT_MS = 2_000;

/**
 * Where statements run: the pool, or one transaction. Rows are what the statement selects, typed by the caller.
 * Throws HubError HUB_DATABASE_UNAVAILABLE (try again later) or HUB_DATABASE_REFUSED (never will work).
 */
export interface Queryable {
  /** All rows. */
  rows<Row extends object>(statement: Statement): Promise<Row[]>;
  /** The first row, if there is one. */
  row<Row extends object>(statement: Statement): Promise<Row | undefined>;
  /** The number of rows touched. */
  run(statement: Statement): Promise<number>;
}

interface Runner {
  query(statement: Statement): Promise<QueryResult>;
}

const queryableOver = (runner: Runner): Queryable => {
  const query = (statement: Statement) =>
    runner.query(statement).catch((error: unknown) => {
      throw classifyFailure(error);
    });
  return {
    rows: async <Row extends object>(statement: Statement) => (await query(statement)).rows as Row[],
    row: async <Row extends object>(statement: Statement) =>
      (await query(statement)).rows[0] as Row | undefined,
    run: async (statement) => (await query(statement)).rowCount ?? 0,
  };
};

/** The process's PostgreSQL pool. A class so that it can be its own injection token. */
export class Database implements Queryable {
  readonly rows: Queryable['rows'];
  readonly row: Queryable['row'];
  readonly run: Queryable['run'];
  /** For a library that makes its own statements. Everything else runs its statements here. */
  readonly pool: { connect(): Promise<PoolClient>; end(): Promise<void> };
  readonly #pool: Pool;

  constructor(pool: Pool, log: Log) {
    this.#pool = pool;
    this.pool = pool;
    // Unheard, either of these ends the process: an idle client that drops, and one that drops while in use.
    pool.on('error', (error) => log.warn({ reason: error.message }, 'database.connection_lost'));
    pool.on('connect', (client) => client.on('error', () => undefined));
    const pooled = queryableOver(pool);
    this.rows = pooled.rows;
    this.row = pooled.row;
    this.run = pooled.run;
  }

  /** Runs `work` in one transaction on one connection; whatever it throws rolls back. */
  async transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw classifyFailure(error);
    });
    const transaction = queryableOver(client);
    try {
      await transaction.run(sql`begin`);
      const result = await work(transaction);
      await transaction.run(sql`commit`);
      client.release();
      return result;
    } catch (error) {
      await abandon(client, error);
      throw error;
    }
  }

  /** Whether PostgreSQL answers within 2 s. */
  async isReady(): Promise<boolean> {
    const { promise: tooLate, resolve } = Promise.withResolvers<false>();
    const timer = setTimeout(resolve, READY_TIMEOUT_MS, false as const);
    const answer = this.rows(sql`select 1 as one`).then(
      () => true,
      () => false,
    );
    const isReady = await Promise.race([answer, tooLate]);
    clearTimeout(timer);
    return isReady;
  }

  /** @throws HubError HUB_DATABASE_BEHIND when a migration that this version needs has not run */
  async requireMigrated(): Promise<void> {
    const table = await this.row<{ name: string | null }>(
      sql`select to_regclass('public.pgmigrations')::text as name`,
    );
    const latest =
      table?.name == null
        ? undefined
        : await this.row(sql`select 1 from pgmigrations where name = ${LATEST_MIGRATION}`);
    if (latest !== undefined) return;
    throw new HubError('HUB_DATABASE_BEHIND', 'the database lacks migrations: run `npm run migrate`', {
      needs: LATEST_MIGRATION,
    });
  }

  /** Waits for statements under way and closes every connection. */
  async close(): Promise<void> {
    await this.#pool.end();
  }
}

async function abandon(client: PoolClient, error: unknown): Promise<void> {
  // A connection in trouble is thrown away: a rollback over it would only wait once more.
  if (error instanceof HubError && error.code === 'HUB_DATABASE_UNAVAILABLE') return client.release(true);
  await client.query('rollback').then(
    () => client.release(),
    () => client.release(true),
  );
}
