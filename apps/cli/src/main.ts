import { loadConfig } from '#config';
import { createDatabase, type Database } from '#database';
import { describeError } from '#errors';
import { createLog } from '#log';
import { buildProgram, CommandFailure } from './build-program.ts';

let opened: Database | undefined;

// Opened by the first command that needs it: `--help` works without a database.
const database = () =>
  (opened ??= createDatabase(loadConfig(['database']).database, createLog('admin', { level: 'silent' })));

try {
  await buildProgram({ database, print: (line) => console.log(line), now: () => new Date() }).parseAsync();
} catch (error) {
  console.error(error instanceof CommandFailure ? error.message : describeError(error));
  process.exitCode = 1;
} finally {
  await opened?.close();
}
