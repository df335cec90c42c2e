import { randomBytes, randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { AccountStore } from '../../apps/cli/src/account.store.ts';
import { loadConfig } from '#config';
import { generateApiKey, sql, type Database } from '#database';
import { createTopics, ensureTopics } from '#kafka';
import { createLog } from '#log';
import { createTestDatabase } from '../../test/harness/database.ts';
import { freePort } from '../../tools/stack/ports.ts';
import { MALLOC_SETTINGS, addressesOf } from '../../tools/stack/settings.ts';
import type { Stack } from '../../tools/stack/start-stack.ts';
import { startChild, type Child } from '../child/start-child.ts';

/** How a hub is started. */
export interface HubOptions {
  stack: Stack;
  /** Apps of each process. */
  layout: readonly (readonly string[])[];
  env: Readonly<Record<string, string>>;
  /** Where each process leaves a CPU profile when it ends; none without. */
  profileDir?: string | undefined;
}

/** A project, with what its callers need. */
export interface Project {
  tenantId: string;
  projectId: string;
  key: string;
}

/** A hub of a scenario's own: topics under a prefix, a database and processes, all gone at its end. */
export interface BenchHub {
  /** Its settings, which the SDK needs too. */
  env: Readonly<Record<string, string>>;
  database: Database;
  processes: readonly Child[];
  ingestUrl: string;
  addProject(): Promise<Project>;
  /** One more process, with further settings; ended with the others. */
  addProcess(apps: readonly string[], env: Record<string, string>): Promise<Child>;
  addWebhook(project: Project, url: string): Promise<{ id: string; secret: string }>;
  /** One of Slack or e-mail. */
  addDestination(project: Project, settings: object): Promise<{ id: string }>;
  end(): Promise<void>;
}

/** Encrypts webhook secrets of the benchmark, which nobody else sees. */
export const MASTER_KEY = Buffer.alloc(32, 7);

const MAIN = 'dist/apps/all-in-one/src/main.js';
const log = createLog('bench', { level: 'silent' });

/** Starts a hub and waits until all its processes have joined. */
export async function startHub(options: HubOptions): Promise<BenchHub> {
  const { stack, layout } = options;
  const test = await createTestDatabase(stack.databaseUrl);
  const [ingestPort, adminPort] = await Promise.all([freePort(), freePort()]);
  const isShared = layout.some((apps) => apps.includes('ingest') && apps.includes('admin-api'));
  const adminUrl = `http://127.0.0.1:${isShared ? ingestPort : adminPort}`;
  const env = {
    ...MALLOC_SETTINGS,
    ...addressesOf(stack),
    DATABASE_URL: test.url,
    KAFKA_TOPIC_PREFIX: `bench${randomBytes(4).toString('hex')}.`,
    MASTER_KEY: MASTER_KEY.toString('base64'),
    EGRESS_ALLOW: '127.0.0.0/8',
    // A machine with more cores would meet them.
    LIMIT_ADDRESS_REQUESTS: '0',
    LIMIT_EVENTS: '0',
    ...options.env,
  };
  const config = loadConfig(['kafka', 'delivery'], env);
  const topics = createTopics(config.kafka.KAFKA_TOPIC_PREFIX, config.delivery.RETRY_DELAYS);
  await ensureTopics(config.kafka, topics, log);
  const portOf = (apps: readonly string[]) => (apps.includes('ingest') ? ingestPort : adminPort);
  const processes = await startAll(
    layout.map((apps, index) => ({ apps, index, env: { ...env, HTTP_PORT: String(portOf(apps)) } })),
    options,
  );
  return {
    env,
    database: test.database,
    processes,
    ingestUrl: `http://127.0.0.1:${ingestPort}`,
    addProject: () => addProject(test.database),
    addProcess: async (apps, further) => {
      const added = await startProcess(
        { apps, index: processes.length, env: { ...env, ...further } },
        options,
      );
      processes.push(added);
      return added;
    },
    addWebhook: (project, url) =>
      post(adminUrl, project, '/webhooks', { name: 'Bench', url, eventTypes: ['*'] }),
    addDestination: (project, settings) => post(adminUrl, project, '/destinations', settings),
    end: async () => {
      await Promise.all(processes.map((process) => process.stop()));
      await test.drop();
      await deleteTopics(stack.brokers, config.kafka.KAFKA_TOPIC_PREFIX);
    },
  };
}

interface ProcessPlan {
  apps: readonly string[];
  index: number;
  env: Record<string, string>;
}

async function startAll(plans: readonly ProcessPlan[], options: HubOptions): Promise<Child[]> {
  const started = await Promise.allSettled(plans.map((plan) => startProcess(plan, options)));
  const processes = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failure = started.find((result) => result.status === 'rejected');
  if (failure === undefined) return processes;
  await Promise.all(processes.map((process) => process.stop()));
  throw failure.reason;
}

function startProcess({ apps, index, env }: ProcessPlan, { stack, profileDir }: HubOptions): Promise<Child> {
  const name = nameOf(apps, index);
  const profiling =
    profileDir === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name}.cpuprofile`];
  return startChild({
    name,
    file: MAIN,
    args: ['--apps', apps.join(',')],
    nodeOptions: ['--disable-warning=TimeoutNegativeWarning', ...profiling],
    env,
    dataDir: stack.dataDir,
  });
}

function nameOf(apps: readonly string[], index: number): string {
  if (apps.length === 1) return apps[0] ?? '';
  return index < 2 && apps.includes('admin-api') ? 'hub' : `hub-${index}`;
}

async function addProject(database: Database): Promise<Project> {
  const [tenantId, projectId] = [randomUUID(), randomUUID()];
  const accounts = new AccountStore(database);
  const made = generateApiKey();
  await accounts.addTenant(tenantId, 'Bench');
  await accounts.addProject(projectId, tenantId, 'Bench');
  await accounts.addKey(projectId, { id: randomUUID(), name: 'bench', scopes: ['*'] }, made);
  return { tenantId, projectId, key: made.key };
}

async function post<T>(adminUrl: string, project: Project, path: string, settings: object): Promise<T> {
  const response = await fetch(`${adminUrl}/v1/projects/${project.projectId}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${project.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(settings),
    signal: AbortSignal.timeout(15_000),
  });
  if (response.status === 201) return (await response.json()) as T;
  throw new Error(`The destination was not created: ${response.status} ${await response.text()}`);
}

/** Attempts that the recorder has written since a moment. */
export async function countAttempts(database: Database, since: Date): Promise<number> {
  const row = await database.row<{ count: string }>(
    sql`select count(*) as count from attempts where started_at >= ${since}`,
  );
  return Number(row?.count ?? 0);
}

/** Deliveries that the recorder has written. */
export async function countDeliveries(database: Database): Promise<number> {
  const row = await database.row<{ count: string }>(sql`select count(*) as count from deliveries`);
  return Number(row?.count ?? 0);
}

async function deleteTopics(brokers: string[], prefix: string): Promise<void> {
  const admin = new Kafka({ clientId: 'bench', brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  // Later scenarios must not share the broker with hundreds of dead partitions; that it fails loses nothing else.
  await admin.deleteTopics({ topics, timeout: 20_000 }).catch(() => {});
  await admin.disconnect();
}
