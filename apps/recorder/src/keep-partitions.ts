import { applyRetention, createPartitionsAhead, type Database } from '#database';
import { describeError } from '#errors';
import type { Log } from '#log';

const INTERVAL_MS = 6 * 3_600_000;

/**
 * Makes the day partitions of the coming week and forgets what is older than `retentionDays` (0: nothing), now and every
 * six hours. Several processes may do so at once. @returns what ends it
 */
export function keepPartitions(database: Database, retentionDays: number, log: Log): () => void {
  const keep = () =>
    (retentionDays === 0
      ? createPartitionsAhead(database, new Date())
      : applyRetention(database, retentionDays, new Date())
    ).then(
      (done) => log.debug({ done }, 'partitions.kept'),
      // The default partitions take the rows meanwhile, and the next round moves them.
      (error: unknown) => log.warn({ reason: describeError(error) }, 'partitions.failed'),
    );
  void keep();
  const timer = setInterval(() => void keep(), INTERVAL_MS);
  return () => clearInterval(timer);
}
