import { createPartitionsAhead, type Database } from '#database';
import { describeError } from '#errors';
import type { Log } from '#log';

const INTERVAL_MS = 6 * 3_600_000;

/** Makes the day partitions of the coming week, now and every six hours. @returns what ends it */
export function keepPartitions(database: Database, log: Log): () => void {
  const create = () =>
    createPartitionsAhead(database, new Date()).then(
      (created) => log.debug({ created }, 'partitions.created'),
      // The default partitions take the rows meanwhile, and the next round moves them.
      (error: unknown) => log.warn({ reason: describeError(error) }, 'partitions.failed'),
    );
  void create();
  const timer = setInterval(() => void create(), INTERVAL_MS);
  return () => clearInterval(timer);
}
