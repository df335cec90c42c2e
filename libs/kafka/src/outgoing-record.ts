/** A record to write. `value: null` is a tombstone. */
export interface OutgoingRecord {
  topic: string;
  key: string;
  value: Buffer | null;
  headers?: Record<string, string | Buffer>;
  /** Gives up after this many milliseconds. Without it the record waits for Kafka for as long as it takes. */
  deadlineMs?: number;
  /** How long it may wait for company, ms; at once unless given. */
  lingerMs?: number;
}

/** Where a record ended up. */
export interface Appended {
  /** When the broker appended it, by the broker's clock, Unix ms; `undefined` on topics that keep the producer's time. */
  atMs: number | undefined;
}
