import { loadConfig } from '#config';
import { createLog } from '#log';
import { openWarehouse } from '../../apps/warehouse-sink/src/open-warehouse.ts';
import { RequestStore, type SinkRequest } from '../../apps/warehouse-sink/src/request.store.ts';
import { queryFiles } from '../../apps/warehouse-sink/src/query-files.store.ts';
import type { TestHub } from './hub.ts';

/** A kind of warehouse. */
export type Target = 'postgres' | 'duckdb';

/** Settings of a sink that writes to a warehouse of the hub's own: its database, or its folder. */
export function warehouseEnv(hub: Pick<TestHub, 'env'>, target: Target): Record<string, string> {
  return { WAREHOUSE_TARGET: target, WAREHOUSE_URL: hub.env['DATABASE_URL'] ?? '' };
}

/** What a person finds in the warehouse, beside a sink that may be running. Counts are numbers. */
export async function rowsIn<Row extends object>(
  hub: Pick<TestHub, 'env' | 'database'>,
  target: Target,
  text: string,
): Promise<Row[]> {
  if (target === 'duckdb')
    return (await queryFiles({ kind: 'folder', path: hub.env['WAREHOUSE_DIR'] ?? '' }, text)) as Row[];
  return hub.database.transaction(async (transaction) => {
    await transaction.run({ text: 'set local search_path to warehouse', values: [] });
    return transaction.rows<Row>({ text, values: [] });
  });
}

/** How many records the warehouse says it is past, on all partitions; of a DuckDB file only while no sink has it. */
export async function sunk(hub: Pick<TestHub, 'env'>, target: Target): Promise<number> {
  const { warehouse } = loadConfig(['warehouse'], { ...hub.env, ...warehouseEnv(hub, target) });
  const opened = await openWarehouse(warehouse, createLog('test', { level: 'silent' }));
  const progress = await opened.progress().finally(() => opened.close());
  return progress.reduce((sum, { offset }) => sum + offset, 0);
}

/** Asks the running sink for something, as `npm run sink -- --from …` does. */
export function ask(hub: Pick<TestHub, 'database'>, request: SinkRequest): Promise<number> {
  return new RequestStore(hub.database).add(request);
}

/** Changes a table as an operator would; that of a DuckDB file while no sink has it. */
export async function mendWarehouse(
  hub: Pick<TestHub, 'env' | 'database'>,
  target: Target,
  text: string,
): Promise<void> {
  if (target === 'postgres')
    return void (await rowsIn(hub, target, `drop view if exists ces cascade; ${text}`));
  const { warehouse } = loadConfig(['warehouse'], { ...hub.env, ...warehouseEnv(hub, target) });
  const opened = await openWarehouse(warehouse, createLog('test', { level: 'silent' }));
  await opened.query(text).finally(() => opened.close());
}
