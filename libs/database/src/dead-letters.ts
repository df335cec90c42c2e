import type { Queryable } from './database.ts';
import { sql } from './sql.ts';

/** Kafka header with the id of the dead letter that a record was sent again from. */
export const RESENT_FROM_HEADER = 'resent-from';

/** A record that no stage could handle, as lists show it. */
export interface ListedDeadLetter {
  id: string;
  topic: string;
  partition: number;
  offset: string;
  reason: string;
  detail: string;
  failedAt: Date;
  bytes: number | null;
  /** The letter that it was sent again from: it has failed before. */
  origin: string | null;
  resentAt: Date | null;
  resends: number;
}

/** A dead letter, whole. Headers by name, in base64. */
export interface DeadLetterRow extends ListedDeadLetter {
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, string>;
}

/** Dead letters of one reason. */
export interface DeadLetterCount {
  reason: string;
  topic: string;
  count: number;
  /** How many were sent again. */
  resent: number;
  oldestAt: Date;
  newestAt: Date;
}

/** How many dead letters there are, by reason and topic. */
export async function countDeadLetters(database: Queryable): Promise<DeadLetterCount[]> {
  return database.rows<DeadLetterCount>(sql`
    select reason, topic, count(*)::int as count, count(*) filter (where resends > 0)::int as resent,
      min(failed_at) as "oldestAt", max(failed_at) as "newestAt"
    from dead_letters group by reason, topic order by count(*) desc, reason, topic`);
}

/** Dead letters, newest first. */
export async function listDeadLetters(
  database: Queryable,
  { reason, limit }: { reason?: string; limit: number },
): Promise<ListedDeadLetter[]> {
  return database.rows<ListedDeadLetter>(sql`
    select id, topic, partition, record_offset::text as offset, reason, detail, failed_at as "failedAt",
      octet_length(value) as bytes, origin, resent_at as "resentAt", resends
    from dead_letters where ${reason}::text is null or reason = ${reason}
    order by failed_at desc, id desc limit ${limit}`);
}

/** One dead letter, whole. */
export async function findDeadLetter(database: Queryable, id: string): Promise<DeadLetterRow | undefined> {
  return database.row<DeadLetterRow>(sql`
    select id, topic, partition, record_offset::text as offset, reason, detail, failed_at as "failedAt",
      octet_length(value) as bytes, origin, resent_at as "resentAt", resends, key, value, headers
    from dead_letters where id = ${id}`);
}

/**
 * Asks for dead letters to be sent again as they are: one, or all of a reason that were never sent again and do not come
 * from one that was. The admin API sends them. @returns how many
 */
export async function resendDeadLetters(
  database: Queryable,
  which: { id: string } | { reason: string },
): Promise<number> {
  return database.run(
    'id' in which
      ? sql`update dead_letters set resend_asked_at = now() where id = ${which.id} and value is not null`
      : sql`
        update dead_letters set resend_asked_at = now()
        where reason = ${which.reason} and value is not null and resends = 0 and origin is null
          and resend_asked_at is null`,
  );
}
