import { loadConfig } from '#config';
import { createDatabase, type Database } from '#database';
import { describeError } from '#errors';
import { createLog } from '#log';
import { MasterKeys } from '#webhooks';
import { buildProgram } from './build-program.ts';
import { CommandFailure } from './command-parts.ts';

let opened: Database | undefined;

// Opened by the first command that needs it: `--help` works without a database.
const database = () =>
  (opened ??= createDatabase(loadConfig(['database']).database, createLog('admin', { level: 'silent' }), {
    kind: 'operator',
  }));

const masterKeys = () => {
  const { secrets } = loadConfig(['secrets']);
  return new MasterKeys(secrets.MASTER_KEY, secrets.MASTER_KEY_PREVIOUS);
};

try {
  const print = (line: string) => console.log(line);
  await buildProgram({ database, masterKeys, print, now: () => new Date() }).parseAsync();
} catch (error) {
  console.error(error instanceof CommandFailure ? error.message : describeError(error));
  process.exitCode = 1;
} finally {
  await opened?.close();
}
