import type { Config } from '#config';
import type { Log } from '#log';
import pg from 'pg';
import type { Actor } from './actor.ts';
import { Database } from './database.ts';

const INT8 = 20;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A pool of connections, opened when first used. Close it with `close()`.
 * @param actor whose doing changes are, for the audit log; the hub's own when absent
 */
export function createDatabase(
  config: Config<'database'>['database'],
  log: Log,
  actor?: Pick<Actor, 'kind'>,
): Database {
  const timeoutMs = config.DATABASE_STATEMENT_TIMEOUT;
  const pool = new pg.Pool({
    connectionString: config.DATABASE_URL,
    max: config.DATABASE_POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: timeoutMs,
    // The server's own limit says nothing when the server is frozen or its network is cut.
    query_timeout: timeoutMs + 2_000,
    idle_in_transaction_session_timeout: 60_000,
    keepAlive: true,
    application_name: 'ttoolab-hub',
    ...(actor && { options: `-c hub.actor=${JSON.stringify(actor)}` }),
    types: { getTypeParser },
  });
  return new Database(pool, log);
}

// Counts, versions and sequence values stay far below 2^53; as text they would only invite string comparison.
const getTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid: number, format?: 'text' | 'binary') =>
  oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text');
