import type { Subject } from './subject.ts';
import type { TableRows } from './to-tables.ts';

/** How far a partition of a topic is in the warehouse: everything below `offset` is there. */
export interface Progress {
  topic: string;
  partition: number;
  offset: number;
}

/** A step of a partition, from where the writer knows it to be. */
export interface Step extends Omit<Progress, 'offset'> {
  from: number;
  to: number;
}

/** What one transaction writes. */
export interface Load {
  tables: readonly TableRows[];
  steps: readonly Step[];
}

/** `moved`: somebody else has written or rewound these partitions, and nothing of the load was written. */
export type Loaded = { kind: 'written'; rows: number } | { kind: 'moved' };

/**
 * A place that rows are kept in. Throws HubError HUB_WAREHOUSE_UNAVAILABLE (try again later),
 * HUB_WAREHOUSE_MISMATCHED (a person must mend a table first), HUB_WAREHOUSE_REFUSED (a value of the load).
 */
export interface Warehouse {
  /** Runs SQL for a person or a report. Tables and views are found by their bare names. */
  query<Row extends object>(text: string): Promise<Row[]>;
  /** Writes rows and steps in one transaction; an event that is there already is left as it is. */
  write(load: Load): Promise<Loaded>;
  /** Removes what was accepted up to then, and keeps it from being written again; nothing when that was done before. @returns events removed */
  erase(subject: Subject, acceptedUntil: Date): Promise<number>;
  /** Where each partition stands. */
  progress(): Promise<Progress[]>;
  /** Puts partitions back or forward, whatever they stand at. */
  rewind(to: readonly Progress[]): Promise<void>;
  close(): Promise<void>;
}
