import type { DuckDBConnection } from '@duckdb/node-api';
import {
  DOUBLE,
  BOOLEAN,
  DuckDBDataChunk,
  INTEGER,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { literal, readRows } from './duckdb-file.ts';
import { missingColumns, type AcceptedTypes } from './match-columns.ts';
import type { Column, ColumnKind } from './table-layout.ts';
import type { TableRows } from './to-tables.ts';

const ACCEPTED: AcceptedTypes = {
  uuid: ['UUID', 'VARCHAR'],
  text: ['VARCHAR'],
  boolean: ['BOOLEAN'],
  integer: ['INTEGER', 'BIGINT', 'DOUBLE'],
  bigint: ['BIGINT', 'DOUBLE'],
  double: ['DOUBLE'],
  timestamp: ['TIMESTAMP'],
  json: ['JSON', 'VARCHAR'],
};
const SENT_AS: Record<ColumnKind, DuckDBType> = {
  ...{ uuid: VARCHAR, text: VARCHAR, json: VARCHAR, boolean: BOOLEAN },
  ...{ integer: INTEGER, bigint: DOUBLE, double: DOUBLE, timestamp: DOUBLE },
};
const ROWS_A_CHUNK = 2_048;

const BOOKS = [
  `create table if not exists sink_offsets (
    topic varchar, "partition" integer, next_offset bigint not null, written_at timestamp default cast(now() as timestamp),
    primary key (topic, "partition"))`,
  'create table if not exists sink_tables (name varchar primary key, parent varchar)',
  'create table if not exists sink_erasures (subject varchar primary key, erased_at timestamp not null)',
  'create sequence if not exists sink_mark',
  `create table if not exists sink_unexported (
    mark bigint default nextval('sink_mark'), family varchar not null, hour timestamp not null)`,
];

/** Makes the tables and columns that loads need. */
export class DuckdbTables {
  #types: Map<string, Map<string, string>> | undefined;
  readonly #seen = new Set<readonly Column[]>();

  typesOf(table: string): ReadonlyMap<string, string> {
    return this.#types?.get(table) ?? new Map();
  }

  forget(): void {
    this.#types = undefined;
    this.#seen.clear();
  }

  async open(connection: DuckDBConnection): Promise<void> {
    for (const text of BOOKS) await connection.run(text);
    this.#types = await typesIn(connection);
  }

  /** @throws HubError HUB_WAREHOUSE_MISMATCHED when a column has another type */
  async prepare(connection: DuckDBConnection, tables: readonly TableRows[]): Promise<void> {
    if (this.#types === undefined) await this.open(connection);
    for (const { name, parent, columns } of tables) {
      if (this.#seen.has(columns)) continue;
      const existing = this.#types?.get(name);
      const missing = missingColumns(name, columns, { existing, accepted: ACCEPTED });
      if (existing === undefined) {
        await connection.run(`create table ${quote(name)} (${columns.map(define).join(', ')})`);
        const owner = parent === undefined ? 'null' : literal(parent);
        await connection.run(
          `insert into sink_tables values (${literal(name)}, ${owner}) on conflict do nothing`,
        );
      } else {
        for (const column of missing)
          await connection.run(`alter table ${quote(name)} add column ${define(column)}`);
      }
      if (missing.length > 0) this.#types = await typesIn(connection);
      this.#seen.add(columns);
    }
  }
}

/** Puts rows into a temporary table `stage`, as plainly as they can be sent. */
export async function stage(
  connection: DuckDBConnection,
  { columns, values, count }: TableRows,
): Promise<void> {
  const types = columns.map(({ kind }) => SENT_AS[kind]);
  const defined = columns.map(({ name, kind }) => `${quote(name)} ${SENT_AS[kind].toString()}`);
  await connection.run(`create or replace temp table stage (${defined.join(', ')})`);
  const appender = await connection.createAppender('stage', 'main', 'temp');
  for (let from = 0; from < count; from += ROWS_A_CHUNK) {
    const to = Math.min(count, from + ROWS_A_CHUNK);
    const chunk = DuckDBDataChunk.create(types, to - from);
    chunk.setColumns(values.map((list) => list.slice(from, to) as DuckDBValue[]));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** A column of `stage` as its table has it. */
export function fromStage({ name, kind }: Column, types: ReadonlyMap<string, string>): string {
  const column = `s.${quote(name)}`;
  return `cast(${kind === 'timestamp' ? `epoch_ms(cast(${column} as bigint))` : column} as ${types.get(name)})`;
}

/** A name as SQL takes it; ours are letters, digits and underscores. */
export function quote(name: string): string {
  return `"${name}"`;
}

function define({ name, kind }: Column): string {
  return `${quote(name)} ${ACCEPTED[kind][0]}`;
}

async function typesIn(connection: DuckDBConnection): Promise<Map<string, Map<string, string>>> {
  const rows = await readRows<{ table: string; column: string; type: string }>(
    connection,
    `select table_name as "table", column_name as "column", data_type as "type" from duckdb_columns()
      where schema_name = 'main' and not internal and database_name <> 'temp'`,
  );
  const types = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows)
    types.set(table, (types.get(table) ?? new Map<string, string>()).set(column, type));
  return types;
}
