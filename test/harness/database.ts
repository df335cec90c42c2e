import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createDatabase, migrate, type Database } from '#database';
import { createLog } from '#log';
import pg from 'pg';

const MIGRATIONS = fileURLToPath(new URL('../../libs/database/migrations', import.meta.url));
const TEMPLATE_LOCK = 7_310_422;

/** A migrated database of one test file. */
export interface TestDatabase {
  url: string;
  database: Database;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** Clones the migrated template of the server behind `databaseUrl`; the first caller makes the template. */
export async function createTestDatabase(databaseUrl: string): Promise<TestDatabase> {
  const name = `hub_test_${process.pid}_${randomBytes(5).toString('hex')}`;
  await asOwner(databaseUrl, async (owner) => {
    // `create database` refuses a template that somebody is connected to, so clones are made one at a time.
    await owner.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await owner.query(`create database ${name} template ${await ensureTemplate(owner, databaseUrl)}`);
  });
  const url = withDatabase(databaseUrl, name);
  const database = createDatabase(
    { DATABASE_URL: url, DATABASE_POOL_SIZE: 5, DATABASE_STATEMENT_TIMEOUT: 15_000 },
    createLog('test', { level: 'silent' }),
  );
  return {
    url,
    database,
    async drop() {
      await database.close();
      await asOwner(databaseUrl, (owner) => owner.query(`drop database if exists ${name} with (force)`));
    },
  };
}

async function ensureTemplate(owner: pg.Client, databaseUrl: string): Promise<string> {
  const template = `hub_template_${digestOfMigrations()}`;
  const { rowCount } = await owner.query('select 1 from pg_database where datname = $1', [template]);
  if (rowCount === 1) return template;
  // Renamed only when complete: a run that was killed half way leaves no half-made template.
  const unfinished = `${template}_unfinished`;
  await owner.query(`drop database if exists ${unfinished} with (force)`);
  await owner.query(`create database ${unfinished}`);
  await migrate(withDatabase(databaseUrl, unfinished), MIGRATIONS);
  await owner.query(`alter database ${unfinished} rename to ${template}`);
  return template;
}

function digestOfMigrations(): string {
  const hash = createHash('sha256');
  // The template holds the partitions of the days around its making.
  hash.update(new Date().toISOString().slice(0, 10));
  for (const file of readdirSync(MIGRATIONS).toSorted())
    hash.update(file).update(readFileSync(`${MIGRATIONS}/${file}`));
  return hash.digest('hex').slice(0, 16);
}

async function asOwner<T>(databaseUrl: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({
    connectionString: withDatabase(databaseUrl, 'postgres'),
    connectionTimeoutMillis: 10_000,
  });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

function withDatabase(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}
