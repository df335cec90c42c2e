import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HubError } from '#errors';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** The open database: one connection for what is written, one at a time, and one for what is read beside it. */
export interface OpenFile {
  writing: DuckDBConnection;
  reading: DuckDBConnection;
  close: () => void;
}

const FILE = 'warehouse.duckdb';
// Beside Node's own memory; what does not fit goes through files in the folder.
const LIMITS = { threads: '2', memory_limit: '160MB', preserve_insertion_order: 'false' };

/** Opens the database of a folder. @throws HubError HUB_WAREHOUSE_UNAVAILABLE while another process has it */
export async function openFile(folder: string): Promise<OpenFile> {
  try {
    mkdirSync(folder, { recursive: true });
    const instance = await DuckDBInstance.create(join(folder, FILE), {
      ...LIMITS,
      temp_directory: join(folder, 'spill'),
    });
    const [writing, reading] = [await instance.connect(), await instance.connect()];
    // Times are columns without a zone, and mean UTC.
    for (const connection of [writing, reading]) await connection.run("set timezone = 'UTC'");
    const close = () => {
      for (const connection of [writing, reading]) connection.closeSync();
      instance.closeSync();
    };
    return { writing, reading, close };
  } catch (error) {
    throw explainDuckdb(error);
  }
}

/** What a failing DuckDB means for the sink: wait, mend a table, or put a record away. */
export function explainDuckdb(error: unknown): HubError {
  if (error instanceof HubError) return error;
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (/could not set lock/i.test(message)) {
    const text = 'another process has the file of the warehouse: it takes one sink at a time';
    return new HubError('HUB_WAREHOUSE_UNAVAILABLE', text, { isTaken: true, cause: error });
  }
  if (/^(Conversion|Out of Range|Invalid Input|Constraint) Error/i.test(message))
    return new HubError('HUB_WAREHOUSE_REFUSED', `the warehouse refused a value: ${message}`, {
      cause: error,
    });
  if (/^(Catalog|Binder|Parser|Not implemented|Dependency) Error/i.test(message)) {
    const text = `the warehouse refused a statement: ${message}`;
    return new HubError('HUB_WAREHOUSE_MISMATCHED', text, { cause: error });
  }
  return new HubError('HUB_WAREHOUSE_UNAVAILABLE', `the warehouse is not available: ${message}`, {
    cause: error,
  });
}

/** Rows as plain values; counts as numbers. */
export async function readRows<Row extends object>(
  connection: DuckDBConnection,
  text: string,
): Promise<Row[]> {
  const reader = await connection.runAndReadAll(text);
  return reader
    .getRowObjectsJS()
    .map(
      (row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            typeof value === 'bigint' ? Number(value) : value,
          ]),
        ) as Row,
    );
}

/** A value as SQL text. */
export function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
