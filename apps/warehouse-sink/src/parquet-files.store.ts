import { closeSync, fsyncSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal, readRows } from './duckdb-file.ts';
import { quote } from './duckdb-tables.store.ts';

/** Where Parquet files go: a folder, or a bucket with its credentials. */
export type ParquetPlace =
  { kind: 'folder'; path: string } | ({ kind: 'bucket'; url: string } & BucketAccess);

/** How an S3-compatible store is reached. */
export interface BucketAccess {
  endpoint: string | undefined;
  region: string;
  keyId: string;
  secret: string;
}

interface Hour {
  mark: number;
  family: string;
  hour: Date;
}

/** One file a table and hour, `<table>/day=2025-06-09/14.parquet`: written anew, whole, whenever the hour has changed. */
export class ParquetFiles {
  readonly #place: ParquetPlace;

  constructor(place: ParquetPlace) {
    this.#place = place;
  }

  /** @throws Error when DuckDB cannot reach a bucket, for want of its extension */
  async prepare(connection: DuckDBConnection): Promise<void> {
    if (this.#place.kind === 'folder') return;
    const { url, endpoint, region, keyId, secret } = this.#place;
    await connection.run('install httpfs');
    await connection.run('load httpfs');
    const parts = [
      'type s3',
      `scope ${literal(url)}`,
      `region ${literal(region)}`,
      `key_id ${literal(keyId)}`,
      `secret ${literal(secret)}`,
      ...(endpoint === undefined ? [] : endpointParts(new URL(endpoint))),
    ];
    await connection.run(`create or replace secret warehouse (${parts.join(', ')})`);
  }

  /** Writes the hours that are marked as changed. @returns how many */
  async export(connection: DuckDBConnection): Promise<number> {
    const hours = await readRows<Hour>(
      connection,
      'select max(mark) as mark, family, hour from sink_unexported group by family, hour order by hour, family',
    );
    for (const { mark, family, hour } of hours) {
      for (const table of await this.#tablesOf(connection, family))
        await this.#exportHour(connection, table, hour);
      await connection.run(
        `delete from sink_unexported where family = ${literal(family)} and hour = ${timestamp(hour)} and mark <= ${mark}`,
      );
    }
    return hours.length;
  }

  async #tablesOf(connection: DuckDBConnection, family: string): Promise<string[]> {
    const rows = await readRows<{ name: string }>(
      connection,
      `select name from sink_tables where name = ${literal(family)} or parent = ${literal(family)}`,
    );
    return rows.map(({ name }) => name);
  }

  async #exportHour(connection: DuckDBConnection, table: string, hour: Date): Promise<void> {
    const day = hour.toISOString().slice(0, 10);
    const name = `${table}/day=${day}/${hour.toISOString().slice(11, 13)}.parquet`;
    const rows = `select * from ${quote(table)}
      where accepted_at >= ${timestamp(hour)} and accepted_at < ${timestamp(hour)} + interval 1 hour`;
    const copy = (to: string) =>
      connection.run(`copy (${rows}) to ${literal(to)} (format parquet, compression zstd)`);
    if (this.#place.kind === 'bucket')
      return void (await copy(`${this.#place.url.replace(/\/$/, '')}/${name}`));
    const path = join(this.#place.path, name);
    mkdirSync(dirname(path), { recursive: true });
    // Readers see the old file or the new one, never a part of one.
    const unfinished = `${path}.unfinished`;
    await copy(unfinished);
    sync(unfinished);
    renameSync(unfinished, path);
  }
}

function endpointParts({ host, protocol }: URL): string[] {
  return [`endpoint ${literal(host)}`, `use_ssl ${protocol === 'https:'}`, `url_style 'path'`];
}

function timestamp(at: Date): string {
  return `timestamp ${literal(at.toISOString().replace('Z', ''))}`;
}

function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
