import { createHash } from 'node:crypto';
import type { Database, Queryable, Statement } from '#database';
import { sql } from '#database';
import { explainFailure } from './explain-failure.ts';
import { PostgresTables, quote } from './postgres-tables.store.ts';
import type { TableRows } from './to-tables.ts';
import { nameOf, type Subject } from './subject.ts';
import { arrayOf, writeArray } from './write-array.ts';
import type { Load, Loaded, Progress, Step, Warehouse } from './warehouse.ts';

/** Ends a transaction whose steps do not follow what is stored. */
class Moved extends Error {}

/** PostgreSQL, in a schema of its own. */
export class PostgresWarehouse implements Warehouse {
  readonly #database: Database;
  readonly #schema: string;
  readonly #tables: PostgresTables;
  readonly #lock: number;

  constructor(database: Database, schema: string) {
    this.#database = database;
    this.#schema = schema;
    this.#tables = new PostgresTables(database, schema);
    this.#lock = createHash('sha256').update(`hub.warehouse/${schema}`).digest().readInt32BE(0);
  }

  query<Row extends object>(text: string): Promise<Row[]> {
    return this.#guard(() =>
      this.#database.transaction(async (transaction) => {
        await transaction.run({
          text: `set local search_path to ${quote(this.#schema)}, public`,
          values: [],
        });
        return transaction.rows<Row>({ text, values: [] });
      }),
    );
  }

  write({ tables, steps }: Load): Promise<Loaded> {
    return this.#guard(async () => {
      await this.#tables.prepare(tables);
      const work = async (transaction: Queryable): Promise<Loaded> => {
        // Shared among writers; an erasure takes it alone, so that no writer brings back what it removes.
        await transaction.run(sql`select pg_advisory_xact_lock_shared(${this.#lock})`);
        if ((await this.#advance(transaction, steps)) !== steps.length) throw new Moved();
        return { kind: 'written', rows: await this.#insertAll(transaction, tables) };
      };
      try {
        return await this.#database.transaction(work);
      } catch (error) {
        if (error instanceof Moved) return { kind: 'moved' };
        throw error;
      }
    });
  }

  erase(subject: Subject, acceptedUntil: Date): Promise<number> {
    return this.#guard(async () => {
      await this.#tables.prepare([]);
      return this.#database.transaction(async (transaction) => {
        await transaction.run(sql`select pg_advisory_xact_lock(${this.#lock})`);
        const noted = await transaction.run({
          text: `insert into ${this.#in('sink_erasures')} as known (subject, erased_at) values ($1, $2)
            on conflict (subject) do update set erased_at = excluded.erased_at where known.erased_at < excluded.erased_at`,
          values: [nameOf(subject), acceptedUntil],
        });
        if (noted === 0) return 0;
        let removed = 0;
        for (const { name, children } of await this.#tables.families(transaction))
          removed += await this.#eraseFrom(transaction, { name, children, subject, acceptedUntil });
        return removed;
      });
    });
  }

  progress(): Promise<Progress[]> {
    return this.#guard(async () => {
      await this.#tables.prepare([]);
      return this.#database.rows<Progress>({
        text: `select topic, partition, next_offset as "offset" from ${this.#in('sink_offsets')} order by topic, partition`,
        values: [],
      });
    });
  }

  rewind(to: readonly Progress[]): Promise<void> {
    return this.#guard(async () => {
      await this.#tables.prepare([]);
      await this.#database.run({
        text: `insert into ${this.#in('sink_offsets')} (topic, partition, next_offset)
          select * from unnest($1::text[], $2::integer[], $3::bigint[])
          on conflict (topic, partition) do update set next_offset = excluded.next_offset, written_at = now()`,
        values: [to.map((one) => one.topic), to.map((one) => one.partition), to.map((one) => one.offset)],
      });
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #in(table: string): string {
    return `${quote(this.#schema)}.${quote(table)}`;
  }

  #guard<T>(work: () => Promise<T>): Promise<T> {
    return work().catch((error: unknown) => {
      // A person may have mended, or dropped, a table meanwhile.
      this.#tables.forget();
      throw explainFailure(error);
    });
  }

  /** @returns how many partitions stood where the writer knew them to be */
  async #advance(transaction: Queryable, steps: readonly Step[]): Promise<number> {
    const offsets = this.#in('sink_offsets');
    const fresh = steps.filter(({ from }) => from === 0);
    const pluck = <K extends keyof Step>(some: readonly Step[], key: K) => some.map((step) => step[key]);
    if (fresh.length > 0)
      await transaction.run({
        text: `insert into ${offsets} (topic, partition, next_offset)
          select topic, partition, 0 from unnest($1::text[], $2::integer[]) as step (topic, partition)
          on conflict do nothing`,
        values: [pluck(fresh, 'topic'), pluck(fresh, 'partition')],
      });
    return transaction.run({
      text: `update ${offsets} o set next_offset = step.next_offset, written_at = now()
        from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])
          as step (topic, partition, previous, next_offset)
        where o.topic = step.topic and o.partition = step.partition and o.next_offset = step.previous`,
      values: [pluck(steps, 'topic'), pluck(steps, 'partition'), pluck(steps, 'from'), pluck(steps, 'to')],
    });
  }

  async #insertAll(transaction: Queryable, tables: readonly TableRows[]): Promise<number> {
    const erased = await transaction.row({
      text: `select from ${this.#in('sink_erasures')} limit 1`,
      values: [],
    });
    const isSparing = erased !== undefined;
    let rows = 0;
    for (const table of tables) {
      if (table.count === 0) continue;
      const written = await transaction.run(this.#insert(table, isSparing));
      if (table.parent === undefined) rows += written;
    }
    return rows;
  }

  #insert(table: TableRows, isSparing: boolean): Statement {
    const { name, parent, columns, values } = table;
    const types = this.#tables.typesOf(name);
    const names = columns.map((column) => quote(column.name));
    const lists = columns.map(({ kind }, index) => arrayOf(kind, index + 1));
    const selected = columns.map(({ name: column, kind }) => {
      const sent = kind === 'timestamp' ? `to_timestamp(r.${quote(column)} / 1000)` : `r.${quote(column)}`;
      return `${sent}::${types.get(column)}`;
    });
    const spared =
      parent === undefined
        ? isSparing
          ? `where not ${this.#isErased(columns.some((column) => column.name === 'anonymous_id'))}`
          : ''
        : `where exists (select from ${this.#in(parent)} p 
            where p.project_id = r.project_id and p.event_id = r.event_id)`;
    return {
      text: `insert into ${this.#in(name)} (${names.join(', ')})
        select ${selected.join(', ')} from unnest(${lists.join(', ')}) as r (${names.join(', ')}) ${spared}
        on conflict do nothing`,
      values: columns.map(({ kind }, index) => writeArray(kind, values[index] ?? [])),
    };
  }

  #isErased(hasVisitor: boolean): string {
    const names = [`'project:' || r.project_id`, `'tenant:' || r.tenant_id`];
    if (hasVisitor) names.push(`'visitor:' || ${digest('r.')}`);
    return `exists (select from ${this.#in('sink_erasures')} e
      where e.subject in (${names.join(', ')}) and to_timestamp(r.accepted_at / 1000) <= e.erased_at)`;
  }

  async #eraseFrom(
    transaction: Queryable,
    { name, children, subject, acceptedUntil }: Erasing,
  ): Promise<number> {
    const match = matchOf(subject, this.#tables.typesOf(name).has('anonymous_id'));
    if (match === undefined) return 0;
    const doomed = `select project_id, event_id from ${this.#in(name)} where ${match.where} and accepted_at <= $1`;
    const values = [acceptedUntil, ...match.values];
    for (const child of children)
      await transaction.run({
        text: `delete from ${this.#in(child)} where (project_id, event_id) in (${doomed})`,
        values,
      });
    return transaction.run({
      text: `delete from ${this.#in(name)} where ${match.where} and accepted_at <= $1`,
      values,
    });
  }
}

interface Erasing {
  name: string;
  children: readonly string[];
  subject: Subject;
  acceptedUntil: Date;
}

/** As `digestOf` makes it. */
function digest(row = ''): string {
  return `encode(sha256(convert_to(lower(${row}project_id || ':' || ${row}anonymous_id), 'UTF8')), 'hex')`;
}

function matchOf(subject: Subject, hasVisitor: boolean): { where: string; values: string[] } | undefined {
  switch (subject.kind) {
    case 'visitor':
      return hasVisitor
        ? { where: `project_id = $2 and ${digest()} = $3`, values: [subject.projectId, subject.digest] }
        : undefined;
    case 'project':
      return { where: 'project_id = $2', values: [subject.projectId] };
    case 'tenant':
      return { where: 'tenant_id = $2', values: [subject.tenantId] };
  }
}
