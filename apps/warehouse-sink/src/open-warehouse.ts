import type { Config } from '#config';
import { createDatabase } from '#database';
import { HubError } from '#errors';
import { EVENT_TYPES, matchesEventType, validateEventTypePatterns, type EventType } from '#events';
import type { Log } from '#log';
import type { ParquetPlace } from './parquet-files.store.ts';
import { PostgresWarehouse } from './postgres-warehouse.store.ts';
import type { Warehouse } from './warehouse.ts';

/** The `warehouse` section of the settings. */
export type WarehouseSettings = Config<'warehouse'>['warehouse'];

const POOL_SIZE = 4;
/** A load of 10,000 rows may take a small server a while. */
const STATEMENT_TIMEOUT_MS = 60_000;

/** The warehouse that the settings name; it is connected to when it is first used. @throws HubError HUB_CONFIG_INVALID */
export async function openWarehouse(settings: WarehouseSettings, log: Log): Promise<Warehouse> {
  if (settings.WAREHOUSE_TARGET === 'duckdb') {
    // Its library takes memory that a sink into PostgreSQL need not have.
    const { DuckdbWarehouse } = await import('./duckdb-warehouse.store.ts');
    return new DuckdbWarehouse(settings.WAREHOUSE_DIR, parquetPlace(settings), log);
  }
  const url = settings.WAREHOUSE_URL;
  if (url === undefined)
    throw new HubError('HUB_CONFIG_INVALID', 'WAREHOUSE_URL must be set when WAREHOUSE_TARGET is postgres');
  const database = createDatabase(
    { DATABASE_URL: url, DATABASE_POOL_SIZE: POOL_SIZE, DATABASE_STATEMENT_TIMEOUT: STATEMENT_TIMEOUT_MS },
    log,
  );
  return new PostgresWarehouse(database, settings.WAREHOUSE_SCHEMA);
}

/** Where the Parquet files are. */
export function parquetPlace(settings: WarehouseSettings): ParquetPlace {
  const url = settings.WAREHOUSE_FILES;
  if (url === undefined) return { kind: 'folder', path: settings.WAREHOUSE_DIR };
  return {
    ...{
      kind: 'bucket',
      url,
      endpoint: settings.WAREHOUSE_S3_ENDPOINT,
      region: settings.WAREHOUSE_S3_REGION,
    },
    ...{ keyId: settings.WAREHOUSE_S3_KEY_ID, secret: settings.WAREHOUSE_S3_SECRET },
  };
}

/** The event types that the settings select. @throws HubError HUB_CONFIG_INVALID */
export function selectedTypes({
  WAREHOUSE_EVENT_TYPES: patterns,
}: WarehouseSettings): ReadonlySet<EventType> {
  const [wrong] = validateEventTypePatterns(patterns);
  if (wrong !== undefined) throw new HubError('HUB_CONFIG_INVALID', `WAREHOUSE_EVENT_TYPES ${wrong.rule}`);
  return new Set(EVENT_TYPES.filter((type) => matchesEventType(patterns, type)));
}
