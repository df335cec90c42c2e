import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { HubError } from '#errors';
import { explainDuckdb, literal, readRows } from './duckdb-file.ts';
import { duckdbViews } from './duckdb-views.ts';
import { ParquetFiles, type ParquetPlace } from './parquet-files.store.ts';

/** Runs SQL over the Parquet files, beside a sink that may be writing them: tables and views have the names they have there. */
export async function queryFiles(place: ParquetPlace, text: string): Promise<object[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await new ParquetFiles(place).prepare(connection);
    const tables = await tablesIn(place, (pattern) =>
      readRows<{ file: string }>(connection, `from glob(${literal(pattern)})`),
    );
    if (tables.size === 0)
      throw new HubError('HUB_WAREHOUSE_UNAVAILABLE', `there are no Parquet files yet in ${rootOf(place)}`);
    for (const statement of fileViews(place, tables)) await connection.run(statement);
    return await readRows(connection, text);
  } catch (error) {
    throw explainDuckdb(error);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The statements that make each table's files a view of its name, and the views of docs/warehouse.md over them. */
export function fileViews(place: ParquetPlace, tables: ReadonlySet<string>): string[] {
  const root = rootOf(place);
  const views = [...tables].map(
    (table) =>
      `create or replace temp view ${table} as select * exclude (day) from read_parquet(${literal(
        `${root}/${table}/*/*.parquet`,
      )}, union_by_name = true, hive_partitioning = true)`,
  );
  return tables.has('ces_assignments') ? [...views, ...duckdbViews()] : views;
}

async function tablesIn(
  place: ParquetPlace,
  glob: (pattern: string) => Promise<{ file: string }[]>,
): Promise<Set<string>> {
  if (place.kind === 'bucket') {
    const files = await glob(`${place.url.replace(/\/$/, '')}/*/*/*.parquet`);
    return new Set(files.map(({ file }) => file.split('/').at(-3) ?? ''));
  }
  if (!existsSync(place.path)) return new Set();
  const folders = readdirSync(place.path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const files = await Promise.all(folders.map(({ name }) => glob(join(place.path, name, '*', '*.parquet'))));
  return new Set(folders.filter((_, index) => (files[index]?.length ?? 0) > 0).map(({ name }) => name));
}

function rootOf(place: ParquetPlace): string {
  return place.kind === 'folder' ? place.path : place.url.replace(/\/$/, '');
}
