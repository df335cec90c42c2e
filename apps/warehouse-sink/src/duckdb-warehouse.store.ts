import { describeError } from '#errors';
import type { Log } from '#log';
import type { DuckDBConnection } from '@duckdb/node-api';
import { explainDuckdb, literal, openFile, readRows, type OpenFile } from './duckdb-file.ts';
import { DuckdbTables, fromStage, quote, stage } from './duckdb-tables.store.ts';
import { duckdbViews } from './duckdb-views.ts';
import { ParquetFiles, type ParquetPlace } from './parquet-files.store.ts';
import { EVENT_COLUMNS } from './table-layout.ts';
import type { TableRows } from './to-tables.ts';
import { nameOf, type Subject } from './subject.ts';
import type { Load, Loaded, Progress, Step, Warehouse } from './warehouse.ts';

/** Ends a transaction whose steps do not follow what is stored. */
class Moved extends Error {}

const EXPORT_AFTER_MS = 2_000;
/** An export may take this share of the time, so that a long backfill is not spent on writing one hour again and again. */
const EXPORT_SHARE = 0.1;
const HOUR_MS = 3_600_000;
const EVENT_KEY = EVENT_COLUMNS.filter(({ name }) => name === 'project_id' || name === 'event_id');

/** A DuckDB file that knows what is written, and Parquet files, one an hour, that everybody can read. */
export class DuckdbWarehouse implements Warehouse {
  readonly #folder: string;
  readonly #log: Log;
  readonly #files: ParquetFiles;
  readonly #tables = new DuckdbTables();
  #open: Promise<OpenFile> | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #exporting: Promise<unknown> = Promise.resolve();
  #isExportFailing = false;
  #isClosed = false;

  constructor(folder: string, place: ParquetPlace, log: Log) {
    this.#folder = folder;
    this.#log = log;
    this.#files = new ParquetFiles(place);
  }

  async query<Row extends object>(text: string): Promise<Row[]> {
    const { reading } = await this.#file();
    try {
      if (this.#tables.typesOf('ces_assignments').size > 0)
        for (const view of duckdbViews()) await reading.run(view);
      return await readRows<Row>(reading, text);
    } catch (error) {
      throw explainDuckdb(error);
    }
  }

  write({ tables, steps }: Load): Promise<Loaded> {
    return this.#alone(async (connection): Promise<Loaded> => {
      // Nobody could see the rows: they rather wait where they are.
      if (this.#isExportFailing) await this.#export();
      await this.#tables.prepare(connection, tables);
      try {
        const rows = await inTransaction(connection, async () => {
          await advance(connection, steps);
          return this.#insertAll(connection, tables);
        });
        if (rows > 0) this.#exportSoon(EXPORT_AFTER_MS);
        return { kind: 'written', rows };
      } catch (error) {
        if (error instanceof Moved) return { kind: 'moved' };
        throw error;
      }
    });
  }

  erase(subject: Subject, acceptedUntil: Date): Promise<number> {
    return this.#alone(async (connection) => {
      await this.#tables.prepare(connection, []);
      const until = `timestamp ${literal(acceptedUntil.toISOString().replace('Z', ''))}`;
      const removed = await inTransaction(connection, async () => {
        const noted =
          await connection.run(`insert into sink_erasures values (${literal(nameOf(subject))}, ${until})
          on conflict do update set erased_at = excluded.erased_at where erased_at < excluded.erased_at`);
        if (noted.rowsChanged === 0) return 0;
        let sum = 0;
        for (const { name, children } of await families(connection))
          sum += await this.#eraseFrom(connection, { name, children, where: whereOf(subject), until });
        return sum;
      });
      // What a person can read must be gone with it.
      await this.#export();
      return removed;
    });
  }

  progress(): Promise<Progress[]> {
    return this.#alone((connection) =>
      readRows<Progress>(
        connection,
        'select topic, "partition", next_offset as "offset" from sink_offsets order by all',
      ),
    );
  }

  rewind(to: readonly Progress[]): Promise<void> {
    return this.#alone(async (connection) => {
      for (const { topic, partition, offset } of to)
        await connection.run(`insert into sink_offsets (topic, "partition", next_offset)
          values (${literal(topic)}, ${partition}, ${offset})
          on conflict do update set next_offset = excluded.next_offset, written_at = now()::timestamp`);
    });
  }

  async close(): Promise<void> {
    // An export under way must not have the file opened once more by the next one.
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (this.#open === undefined) return;
    await this.#queue.catch(() => undefined);
    await this.#export().catch((error: unknown) =>
      this.#log.warn({ reason: describeError(error) }, 'warehouse.export_failed'),
    );
    const file = await this.#open.catch(() => undefined);
    file?.close();
    this.#open = undefined;
  }

  /** One piece of work at a time; trouble that is not about the data makes the file be opened anew. */
  #alone<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const done = this.#queue
      .catch(() => undefined)
      .then(async () => {
        const { writing } = await this.#file();
        return work(writing);
      })
      .catch(async (error: unknown) => {
        const explained = explainDuckdb(error);
        this.#tables.forget();
        if (explained.code === 'HUB_WAREHOUSE_UNAVAILABLE') await this.#reset();
        throw explained;
      });
    this.#queue = done;
    return done;
  }

  #file(): Promise<OpenFile> {
    this.#open ??= this.#prepareFile();
    return this.#open;
  }

  async #prepareFile(): Promise<OpenFile> {
    const file = await openFile(this.#folder);
    try {
      await this.#tables.open(file.writing);
      await this.#files.prepare(file.reading);
    } catch (error) {
      file.close();
      throw error;
    }
    // What a killed process had written and not yet exported.
    this.#exportSoon(0);
    return file;
  }

  async #reset(): Promise<void> {
    await this.#exporting.catch(() => undefined);
    const file = await this.#open?.catch(() => undefined);
    this.#open = undefined;
    file?.close();
  }

  async #insertAll(connection: DuckDBConnection, tables: readonly TableRows[]): Promise<number> {
    const isSparing = (await readRows(connection, 'select 1 from sink_erasures limit 1')).length > 0;
    let rows = 0;
    for (const table of tables) {
      if (table.count === 0 && table.parent !== undefined) continue;
      await stage(connection, table);
      const { rowsChanged } = await connection.run(this.#insert(table, isSparing));
      if (table.parent !== undefined) continue;
      rows += rowsChanged;
      await connection.run(markHours(table));
    }
    return rows;
  }

  #insert({ name, parent, columns }: TableRows, isSparing: boolean): string {
    const types = this.#tables.typesOf(name);
    const selected = columns.map((column) => fromStage(column, types)).join(', ');
    const isNew = `not ${hasEvent(name, types)}`;
    const spared = isSparing && parent === undefined ? `and not ${isErased(columns)}` : '';
    const isKnown = parent === undefined ? '' : `and ${hasEvent(parent, this.#tables.typesOf(parent))}`;
    return `insert into ${quote(name)} (${columns.map((column) => quote(column.name)).join(', ')})
      select ${selected} from stage s where ${isNew} ${spared} ${isKnown}`;
  }

  async #eraseFrom(connection: DuckDBConnection, erasing: Erasing): Promise<number> {
    const { name, children, where, until } = erasing;
    if (!this.#tables.typesOf(name).has(where.column)) return 0;
    const match = `${where.text} and accepted_at <= ${until}`;
    const doomed = `select project_id, event_id from ${quote(name)} where ${match}`;
    await connection.run(`insert into sink_unexported (family, hour)
      select distinct ${literal(name)}, date_trunc('hour', accepted_at) from ${quote(name)} where ${match}`);
    for (const child of children)
      await connection.run(`delete from ${quote(child)} where (project_id, event_id) in (${doomed})`);
    return (await connection.run(`delete from ${quote(name)} where ${match}`)).rowsChanged;
  }

  #exportSoon(afterMs: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const startedAt = performance.now();
      this.#export().then(
        (wasAnything) => {
          const tookMs = performance.now() - startedAt;
          if (wasAnything) this.#exportSoon(Math.max(EXPORT_AFTER_MS, tookMs / EXPORT_SHARE));
        },
        (error: unknown) => {
          this.#log.warn({ reason: describeError(error) }, 'warehouse.export_failed');
          this.#exportSoon(EXPORT_AFTER_MS);
        },
      );
    }, afterMs);
    this.#timer.unref();
  }

  /** Writes the hours that changed, after what is being exported. @returns whether there were any */
  #export(): Promise<boolean> {
    const exported = this.#exporting.catch(() => undefined).then(() => this.#exportNow());
    this.#exporting = exported;
    return exported;
  }

  async #exportNow(): Promise<boolean> {
    try {
      const { reading } = await this.#file();
      const count = await this.#files.export(reading);
      this.#isExportFailing = false;
      return count > 0;
    } catch (error) {
      this.#isExportFailing = true;
      throw explainDuckdb(error);
    }
  }
}

interface Erasing {
  name: string;
  children: readonly string[];
  where: { column: string; text: string };
  until: string;
}

async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run('begin');
  try {
    const result = await work();
    await connection.run('commit');
    return result;
  } catch (error) {
    await connection.run('rollback').catch(() => undefined);
    throw error;
  }
}

async function advance(connection: DuckDBConnection, steps: readonly Step[]): Promise<void> {
  for (const { topic, partition, from, to } of steps) {
    const where = `topic = ${literal(topic)} and "partition" = ${partition}`;
    if (from === 0)
      await connection.run(
        `insert into sink_offsets (topic, "partition", next_offset) values (${literal(topic)}, ${partition}, 0) on conflict do nothing`,
      );
    const moved = await connection.run(
      `update sink_offsets set next_offset = ${to}, written_at = now()::timestamp where ${where} and next_offset = ${from}`,
    );
    if (moved.rowsChanged !== 1) throw new Moved();
  }
}

function families(connection: DuckDBConnection): Promise<{ name: string; children: string[] }[]> {
  return readRows(
    connection,
    `select t.name, coalesce((select list(c.name) from sink_tables c where c.parent = t.name), []) as children
      from sink_tables t where t.parent is null order by t.name`,
  );
}

function markHours({ name, columns, values }: TableRows): string {
  const times = values[columns.findIndex((column) => column.name === 'accepted_at')] as number[];
  const hours = [...new Set(times.map((ms) => Math.floor(ms / HOUR_MS) * HOUR_MS))];
  return `insert into sink_unexported (family, hour) values ${hours
    .map((ms) => `(${literal(name)}, epoch_ms(${ms}))`)
    .join(', ')}`;
}

/** Whether a table has the event of a staged row; its id is unique in its project only. */
function hasEvent(table: string, types: ReadonlyMap<string, string>): string {
  const same = EVENT_KEY.map((column) => `t.${quote(column.name)} = ${fromStage(column, types)}`);
  return `exists (select 1 from ${quote(table)} t where ${same.join(' and ')})`;
}

function isErased(columns: TableRows['columns']): string {
  const names = [`'project:' || s.project_id`, `'tenant:' || s.tenant_id`];
  if (columns.some(({ name }) => name === 'anonymous_id')) names.push(`'visitor:' || ${digest('s.')}`);
  return `exists (select 1 from sink_erasures e
    where e.subject in (${names.join(', ')}) and epoch_ms(cast(s.accepted_at as bigint)) <= e.erased_at)`;
}

/** As `digestOf` makes it. */
function digest(row = ''): string {
  return `sha256(lower(${row}project_id || ':' || ${row}anonymous_id))`;
}

function whereOf(subject: Subject): Erasing['where'] {
  switch (subject.kind) {
    case 'visitor': {
      const text = `project_id = ${literal(subject.projectId)} and ${digest()} = ${literal(subject.digest)}`;
      return { column: 'anonymous_id', text };
    }
    case 'project':
      return { column: 'project_id', text: `project_id = ${literal(subject.projectId)}` };
    case 'tenant':
      return { column: 'tenant_id', text: `tenant_id = ${literal(subject.tenantId)}` };
  }
}
