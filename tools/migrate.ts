import { fileURLToPath } from 'node:url';
import { loadConfig } from '#config';
import { migrate } from '#database';
import { describeError } from '#errors';

const MIGRATIONS = fileURLToPath(new URL('../libs/database/migrations', import.meta.url));

try {
  const config = loadConfig(['database']);
  const names = await migrate(config.database.DATABASE_URL, MIGRATIONS);
  console.log(names.length === 0 ? 'The database is up to date.' : `Migrated: ${names.join(', ')}`);
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
