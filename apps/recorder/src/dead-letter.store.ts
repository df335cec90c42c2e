import { v5 } from 'uuid';
import { RESENT_FROM_HEADER, sql, type Database } from '#database';
import { isUuid, type DeadLetter } from '#events';

const NAMESPACE = '5f1d3c1e-6c7e-4b0e-9a57-3d4b8f7c2a10';

/** Records that no stage could handle. */
export class DeadLetterStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The same letter again, and that of another stage about the same record, changes nothing. */
  async add(letters: readonly DeadLetter[]): Promise<void> {
    const rows = letters.map(toRow);
    const pluck = <K extends keyof Row>(key: K) => rows.map((row) => row[key]);
    await this.#database.run(sql`
      insert into dead_letters (id, topic, partition, record_offset, key, value, headers, reason, detail, failed_at, origin)
      select id, topic, partition, record_offset, key, value, headers::json, reason, detail,
        to_timestamp(failed_at / 1000), origin
      from unnest(${pluck('id')}::uuid[], ${pluck('topic')}::text[], ${pluck('partition')}::int[],
        ${pluck('offset')}::bigint[], ${pluck('key')}::bytea[], ${pluck('value')}::bytea[], ${pluck('headers')}::text[],
        ${pluck('reason')}::text[], ${pluck('detail')}::text[], ${pluck('failedAt')}::double precision[],
        ${pluck('origin')}::uuid[])
        as row (id, topic, partition, record_offset, key, value, headers, reason, detail, failed_at, origin)
      on conflict do nothing`);
  }
}

interface Row {
  id: string;
  topic: string;
  partition: number;
  offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: string;
  reason: string;
  detail: string;
  failedAt: number;
  origin: string | null;
}

function toRow({ topic, partition, offset, headers, detail, ...rest }: DeadLetter): Row {
  const origin = headers[RESENT_FROM_HEADER]?.toString() ?? '';
  const inBase64 = Object.entries(headers).map(([name, value]) => [name, value.toString('base64')]);
  return {
    ...rest,
    id: v5(`${topic}:${partition}:${offset}`, NAMESPACE),
    topic,
    partition,
    offset,
    // JSON text writes a NUL as \u0000, which PostgreSQL takes in json; in text it takes none.
    headers: JSON.stringify(Object.fromEntries(inBase64)),
    detail: detail.replaceAll('\0', ''),
    origin: isUuid(origin) ? origin : null,
  };
}
