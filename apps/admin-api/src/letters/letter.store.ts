import { sql, type Database } from '#database';

/** A dead letter that is to be sent again. Headers in base64. */
export interface LetterToSend {
  id: string;
  topic: string;
  key: Buffer | null;
  value: Buffer;
  headers: Record<string, string>;
  failedAt: Date;
}

/** Dead letters that an operator asked to be sent again. */
export class LetterStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Hands some to `send`, and notes that they were sent when it succeeds. @returns how many */
  async send(limit: number, send: (letters: LetterToSend[]) => Promise<void>): Promise<number> {
    return this.#database.transaction(async (transaction) => {
      const letters = await transaction.rows<LetterToSend>(sql`
        select id, topic, key, value, headers, failed_at as "failedAt" from dead_letters
        where resend_asked_at is not null and value is not null
        order by resend_asked_at, failed_at, id limit ${limit} for update skip locked`);
      if (letters.length === 0) return 0;
      await send(letters);
      await transaction.run(sql`
        update dead_letters set resend_asked_at = null, resent_at = now(), resends = resends + 1
        where id = any(${letters.map(({ id }) => id)}::uuid[])`);
      return letters.length;
    });
  }
}
