import { runner } from 'node-pg-migrate';
import { HubError } from '#errors';
import { classifyFailure } from './classify-failure.ts';

/** Runs what is missing of `directory` (plain SQL, in order of name) and returns the names of what ran. */
export async function migrate(databaseUrl: string, directory: string): Promise<string[]> {
  try {
    const ran = await runner({
      databaseUrl: { connectionString: databaseUrl, connectionTimeoutMillis: 5_000 },
      dir: directory,
      direction: 'up',
      migrationsTable: 'pgmigrations',
      // Two deploys at once: the second waits, then finds nothing to do.
      advisoryLockMode: 'wait',
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    return ran.map((migration) => migration.name);
  } catch (error) {
    const failure = classifyFailure(error);
    throw new HubError(failure.code, `migration failed: ${failure.message}`, { cause: error });
  }
}
