import { loadConfig } from '#config';
import { createDatabase, type Database } from '#database';
import { describeError, HubError } from '#errors';
import { Codec } from '#events';
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

const decode = async (bytes: Buffer) => {
  try {
    const codec = await Codec.connect(loadConfig(['registry']).registry);
    await codec.learn([bytes]);
    return codec.decode(bytes);
  } catch (error) {
    if (error instanceof HubError) return undefined;
    throw error;
  }
};

try {
  const print = (line: string) => console.log(line);
  await buildProgram({ database, masterKeys, decode, print, now: () => new Date() }).parseAsync();
} catch (error) {
  console.error(error instanceof CommandFailure ? error.message : describeError(error));
  process.exitCode = 1;
} finally {
  await opened?.close();
}
