import { describeError, HubError } from '#errors';
import { sql, type Database, type Queryable } from '#database';
import { cesViews } from './ces-views.ts';
import { missingColumns, type AcceptedTypes } from './match-columns.ts';
import type { TableRows } from './to-tables.ts';
import type { Column } from './table-layout.ts';

/** A main table with the tables of its lists. */
export interface Family {
  name: string;
  children: readonly string[];
}

const ACCEPTED: AcceptedTypes = {
  uuid: ['uuid', 'text'],
  text: ['text', 'character varying'],
  boolean: ['boolean'],
  integer: ['integer', 'bigint', 'double precision', 'numeric'],
  bigint: ['bigint', 'double precision', 'numeric'],
  double: ['double precision', 'numeric'],
  timestamp: ['timestamp with time zone'],
  // jsonb cannot hold U+0000, which a visitor may write.
  json: ['json', 'text'],
};
const DAY = (column: string) => `cast(${column} at time zone 'UTC' as date)`;
const REQUIRED = new Set(['event_id', 'tenant_id', 'project_id', 'created_at', 'accepted_at', 'position']);

/** Makes the tables and columns that loads need, in the order in which they come. */
export class PostgresTables {
  readonly #database: Database;
  readonly #schema: string;
  #types: Map<string, Map<string, string>> | undefined;
  readonly #seen = new Set<readonly Column[]>();

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = schema;
  }

  /** Column types by name, of a table that was prepared. */
  typesOf(table: string): ReadonlyMap<string, string> {
    return this.#types?.get(table) ?? new Map();
  }

  /** Looks at the tables anew the next time. */
  forget(): void {
    this.#types = undefined;
    this.#seen.clear();
  }

  /** @throws HubError HUB_WAREHOUSE_MISMATCHED when a column has another type, or cannot be made */
  async prepare(tables: readonly TableRows[]): Promise<void> {
    this.#types ??= await this.#open();
    for (const table of tables) {
      if (this.#seen.has(table.columns)) continue;
      await this.#prepareOne(table);
      this.#seen.add(table.columns);
    }
  }

  async families(queryable: Queryable): Promise<Family[]> {
    return queryable.rows<Family>({
      text: `select t.name, array(select c.name from ${this.#in('sink_tables')} c where c.parent = t.name) as children
        from ${this.#in('sink_tables')} t where t.parent is null order by t.name`,
      values: [],
    });
  }

  #in(table: string): string {
    return `${quote(this.#schema)}.${quote(table)}`;
  }

  async #open(): Promise<Map<string, Map<string, string>>> {
    // Even where there is one, `if not exists` takes the right to make it.
    const found = await this.#database.row(sql`select 1 from pg_namespace where nspname = ${this.#schema}`);
    await this.#change(`the schema ${this.#schema} and the books in it`, [
      ...(found === undefined ? [`create schema if not exists ${quote(this.#schema)}`] : []),
      `create table if not exists ${this.#in('sink_offsets')} (
        topic text, partition integer, next_offset bigint not null, written_at timestamptz(3) not null default now(),
        primary key (topic, partition))`,
      `create table if not exists ${this.#in('sink_tables')} (name text primary key, parent text)`,
      `create table if not exists ${this.#in('sink_erasures')} (subject text primary key, erased_at timestamptz(3) not null)`,
    ]);
    const rows = await this.#database.rows<{ table: string; column: string; type: string }>({
      text: `select table_name as "table", column_name as "column", data_type as "type"
        from information_schema.columns where table_schema = $1`,
      values: [this.#schema],
    });
    const types = new Map<string, Map<string, string>>();
    for (const { table, column, type } of rows)
      types.set(table, (types.get(table) ?? new Map<string, string>()).set(column, type));
    return types;
  }

  async #prepareOne({ name, parent, columns }: TableRows): Promise<void> {
    const existing = this.#types?.get(name);
    const missing = missingColumns(name, columns, { existing, accepted: ACCEPTED });
    if (missing.length > 0) {
      await this.#change(`${name}: the columns ${missing.map((column) => column.name).join(', ')}`, [
        existing === undefined ? this.#create(name, parent, columns) : this.#extend(name, missing),
        `insert into ${this.#in('sink_tables')} values (${literal(name)}, ${parent === undefined ? 'null' : literal(parent)})
          on conflict do nothing`,
      ]);
      const types = existing ?? new Map<string, string>();
      for (const { name: column, kind } of missing) types.set(column, ACCEPTED[kind][0] ?? kind);
      this.#types?.set(name, types as Map<string, string>);
    }
    if (name === 'ces_assignments') await this.#makeViews();
  }

  #create(name: string, parent: string | undefined, columns: readonly Column[]): string {
    const key = parent === undefined ? 'project_id, event_id' : 'project_id, event_id, position';
    return `create table if not exists ${this.#in(name)} (${columns.map(define).join(', ')}, primary key (${key}))`;
  }

  #extend(name: string, columns: readonly Column[]): string {
    return `alter table ${this.#in(name)} ${columns
      .map((column) => `add column if not exists ${define(column)}`)
      .join(', ')}`;
  }

  async #makeViews(): Promise<void> {
    const views = cesViews({ day: DAY }).map(
      ({ name, text }) => `create or replace view ${this.#in(name)} as ${text}`,
    );
    const path = `set local search_path to ${quote(this.#schema)}`;
    await this.#change('the views over ces_responses', [path, ...views]);
  }

  /** One change of the tables at a time, however many processes find the same missing. */
  async #change(what: string, statements: readonly string[]): Promise<void> {
    try {
      await this.#database.transaction(async (transaction) => {
        await transaction.run({
          text: 'select pg_advisory_xact_lock(hashtext($1))',
          values: [`hub.warehouse.tables/${this.#schema}`],
        });
        for (const text of statements) await transaction.run({ text, values: [] });
      });
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'HUB_DATABASE_REFUSED') throw error;
      const message = `${what} could not be made: ${describeError(error.cause)}`;
      throw new HubError('HUB_WAREHOUSE_MISMATCHED', message, { cause: error });
    }
  }
}

function define({ name, kind }: Column): string {
  const type = kind === 'timestamp' ? 'timestamptz(3)' : ACCEPTED[kind][0];
  return `${quote(name)} ${type}${REQUIRED.has(name) ? ' not null' : ''}`;
}

/** A name as SQL takes it. Ours are letters, digits and underscores; the schema's is the operator's. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
