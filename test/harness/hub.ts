import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateApiKey, sql, type Database } from '#database';
import { createTopics, ensureTopics, type Topics } from '#kafka';
import { createLog } from '#log';
import { loadConfig } from '#config';
import { createAppProcess, type AppProcess } from './app-process.ts';
import { createTestDatabase } from './database.ts';

/** Addresses of the stack that a hub runs on. */
export interface StackAddresses {
  brokers: readonly string[];
  registryUrl: string;
  databaseUrl: string;
}

/** How a test's hub differs from the default. */
export interface HubOptions {
  stack: StackAddresses;
  env?: Record<string, string>;
  /** Processes; all-in-one unless told. The one that serves HTTP must be among them for `call`. */
  apps?: readonly string[];
  /** Is given everything that the processes write. */
  onOutput?: (chunk: Buffer) => void;
}

/** What the API answered. */
export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
  headers: Headers;
}

/** A project of a tenant, with its API key. */
export interface Project {
  tenantId: string;
  projectId: string;
  key: string;
}

/** A hub of the test's own: topics under a prefix, a database and processes that nobody else uses. */
export interface TestHub {
  env: Record<string, string>;
  topics: Topics;
  database: Database;
  project: Project;
  processes: Map<string, AppProcess>;
  process: (app: string) => AppProcess;
  /** One more process of an app, not started yet; ended with the others. */
  addProcess: (app: string, env?: Record<string, string>) => AppProcess;
  call: <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ) => Promise<Answer<T>>;
  createWebhook: (settings: {
    url: string;
    eventTypes?: string[];
    name?: string;
    batch?: { maxEvents: number; maxWaitMs: number };
  }) => Promise<{ id: string; secret: string }>;
  addProject: () => Promise<Project>;
  /** Stops the processes gracefully, or kills what is left, and drops the database. */
  end: () => Promise<void>;
}

/** Tests ask more often than people do. */
export const NO_LIMITS = {
  LIMIT_ADDRESS_REQUESTS: '0',
  LIMIT_SIGN_INS: '0',
  LIMIT_EVENTS: '0',
  LIMIT_REQUESTS: '0',
  LIMIT_COSTLY_REQUESTS: '0',
};

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
const log = createLog('test', { level: 'silent' });

/** Starts a hub on a running stack; `npm test` has built dist/ by then. */
export async function startHub(options: HubOptions): Promise<TestHub> {
  const { stack, env = {}, apps = ['all-in-one'], onOutput } = options;
  const test = await createTestDatabase(stack.databaseUrl);
  const warehouseDir = mkdtempSync(join(tmpdir(), 'hub-warehouse-'));
  const [httpPort, adminPort, inspectorPort] = await Promise.all([freePort(), freePort(), freePort()]);
  const settings: Record<string, string> = {
    KAFKA_BROKERS: stack.brokers.join(','),
    SCHEMA_REGISTRY_URL: stack.registryUrl,
    DATABASE_URL: test.url,
    KAFKA_TOPIC_PREFIX: `t${randomBytes(4).toString('hex')}.`,
    KAFKA_PARTITIONS: '3',
    KAFKA_SESSION_TIMEOUT: '6s',
    MASTER_KEY,
    EGRESS_ALLOW: '127.0.0.0/8',
    WAREHOUSE_DIR: warehouseDir,
    HTTP_PORT: String(httpPort),
    INSPECTOR_PORT: String(inspectorPort),
    LOG_LEVEL: 'info',
    ...NO_LIMITS,
    ...env,
  };
  const config = loadConfig(['kafka', 'delivery'], settings);
  const topics = createTopics(config.kafka.KAFKA_TOPIC_PREFIX, config.delivery.RETRY_DELAYS);
  await ensureTopics(config.kafka, topics, log);
  const project = await addProject(test.database);
  const ownPort: Record<string, string> = apps.includes('admin-api')
    ? { 'admin-api': String(adminPort) }
    : {};
  const envOf = (app: string) => ({ ...settings, HTTP_PORT: ownPort[app] ?? settings['HTTP_PORT'] ?? '' });
  const processes = new Map(apps.map((app) => [app, createAppProcess(app, envOf(app), onOutput)]));
  await Promise.all([...processes.values()].map((app) => app.start()));
  const portOf = (path: string) =>
    path.startsWith('/v1/events') ? httpPort : (ownPort['admin-api'] ?? httpPort);
  const call = createCall((path) => `http://127.0.0.1:${portOf(path)}${path}`, project.key);
  return {
    env: settings,
    topics,
    database: test.database,
    project,
    processes,
    process: (app) => processes.get(app) ?? failMissing(app),
    addProcess: (app, env = {}) => {
      const added = createAppProcess(app, { ...envOf(app), ...env }, onOutput);
      processes.set(`${app} ${processes.size}`, added);
      return added;
    },
    call,
    createWebhook: async ({ eventTypes = ['*'], name = 'Test', ...settings }) => {
      const { status, body } = await call<{ id: string; secret: string }>(
        'POST',
        `/v1/projects/${project.projectId}/webhooks`,
        { name, eventTypes, ...settings },
      );
      if (status !== 201) throw new Error(`The webhook was not created: ${status} ${JSON.stringify(body)}`);
      return body;
    },
    addProject: () => addProject(test.database),
    end: async () => {
      await Promise.all([...processes.values()].map((app) => endProcess(app)));
      await test.drop();
      rmSync(warehouseDir, { recursive: true, force: true });
    },
  };
}

function createCall(urlOf: (path: string) => string, ownKey: string): TestHub['call'] {
  return async <T>(method: string, path: string, body?: unknown, key = ownKey) => {
    const headers: Record<string, string> = { authorization: `Bearer ${key}` };
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(urlOf(path), {
      method,
      headers,
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(40_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? undefined : JSON.parse(text)) as T,
      headers: response.headers,
    };
  };
}

async function addProject(database: Database): Promise<Project> {
  const [tenantId, projectId, keyId] = [randomUUID(), randomUUID(), randomUUID()];
  const { key, prefix, hash } = generateApiKey();
  await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Tenant')`);
  await database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Project')`,
  );
  await database.run(
    sql`insert into api_keys (id, project_id, name, prefix, hash) values (${keyId}, ${projectId}, 'Key', ${prefix}, ${hash})`,
  );
  return { tenantId, projectId, key };
}

async function endProcess(app: AppProcess): Promise<void> {
  const timer = setTimeout(() => void app.kill('SIGKILL'), 10_000);
  await app.kill('SIGCONT');
  await app.kill('SIGTERM');
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function failMissing(app: string): never {
  throw new Error(`This hub has no process ${app}`);
}
