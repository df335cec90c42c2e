import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '#config';
import { generateApiKey, sql } from '#database';
import { createSendEmail, createSendSlack } from '#connectors';
import { createSendWebhook, type SendWebhookOptions } from '#delivery';
import { createEgress } from '#egress';
import { HubError } from '#errors';
import { createTopics } from '#kafka';
import { createLog } from '#log';
import { createMailer } from '#mail';
import { createHttpApp, serveDocs } from '#service';
import { MasterKeys } from '#webhooks';
import { NO_LIMITS } from './hub.ts';
import { startSmtpServer, type TestSmtpServer } from './smtp-server.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { ADMIN_BODY_LIMIT_BYTES } from '../../apps/admin-api/src/admin-api.app.ts';
import { AdminApiModule } from '../../apps/admin-api/src/admin-api.module.ts';
import type { Sends } from '../../apps/admin-api/src/test-sender.ts';
import { ADMIN_OPERATIONS } from '../../apps/admin-api/src/admin-operations.ts';

/** A record as it would go to Kafka; its value is what the codec was given. */
export interface Published {
  topic: string;
  key: string;
  value: Record<string, unknown> | null;
}

/** One project's door to the API. */
export interface Client {
  tenantId: string;
  projectId: string;
  key: string;
  keyId: string;
  /** `path` is relative to the project unless it starts with `/v1`. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

/** What the API answered; the fields named here are those that tests read on. */
export interface Answer {
  status: number;
  body: {
    id: string;
    secret: string;
    items: { id: string }[];
    nextCursor: string | null;
    [field: string]: unknown;
  };
  text: string;
  headers: Record<string, unknown>;
}

/** The admin API over a real database and a real HTTP egress; only Kafka is stood in for. */
export interface TestApi {
  app: NestFastifyApplication;
  test: TestDatabase;
  published: Published[];
  /** Lines for whoever starts the hub. */
  printed: string[];
  smtp: TestSmtpServer;
  /** While set, Kafka acknowledges nothing. */
  kafka: { isAway: boolean };
  masterKeys: MasterKeys;
  /** Every route below /v1 as `GET /v1/…/:id`. */
  routes: string[];
  /** Every other one. */
  outerRoutes: string[];
  addClient(): Promise<Client>;
  close(): Promise<void>;
}

const NO_MAIL = { send: () => Promise.resolve({ kind: 'unconfigured' as const }) };
const SLACK_API_URL = 'https://slack.com/api';
const log = createLog('test', { level: 'silent' });

/**
 * @param env settings about people and of limits, as environment variables
 * @param addToApp what a process serves beside the API
 */
export async function startApi(
  databaseUrl: string,
  timeoutMs = 2_000,
  env: Record<string, string> = {},
  addToApp?: (app: NestFastifyApplication) => void,
): Promise<TestApi> {
  const test = await createTestDatabase(databaseUrl);
  const published: Published[] = [];
  const printed: string[] = [];
  const smtp = await startSmtpServer();
  const mailer = createMailer({ SMTP_URL: smtp.url, MAIL_FROM: 'Hub <hub@hub.test>' }, log);
  const kafka = { isAway: false };
  const masterKeys = new MasterKeys(Buffer.alloc(32, 7));
  const egressSettings = {
    EGRESS_ALLOW: ['127.0.0.0/8'],
    EGRESS_HTTPS_ONLY: false,
    MAX_RESPONSE_BYTES: 16_384,
  };
  const egress = createEgress({ egress: egressSettings, delivery: { CONNECT_TIMEOUT: 1_000 } }, log);
  const values = new Map<Buffer, Record<string, unknown>>();
  const module = AdminApiModule.with({
    database: test.database,
    codec: { encode: (_name, value) => remember(values, value as unknown as Record<string, unknown>) },
    producer: {
      async send({ topic, key, value }) {
        if (kafka.isAway) throw new HubError('HUB_KAFKA_UNAVAILABLE', 'away');
        published.push({ topic, key, value: value && (values.get(value) ?? null) });
      },
    },
    topics: createTopics('', []),
    sends: sendsOf({ egress, masterKeys, timeoutMs, now: () => Date.now() }),
    masterKeys,
    destinationRules: { slackApiUrl: env['SLACK_API_URL'] ?? SLACK_API_URL, isMailSetUp: true },
    urlRules: { httpsOnly: false, allow: egressSettings.EGRESS_ALLOW },
    findSchemaVersion: async () => 1,
    pauseAfter: 10,
    replays: { rate: 1_000, slots: 16, retentionDays: 30 },
    inspector: await inspectorSettings(),
    people: { ...loadConfig(['people'], env).people, PUBLIC_URL: env['PUBLIC_URL'] ?? 'http://hub.test' },
    caps: loadConfig(['caps'], env).caps,
    mailer,
    log,
    print: (line) => printed.push(line),
  });
  const routes: string[] = [];
  const outerRoutes: string[] = [];
  const prepare = (app: NestFastifyApplication) => {
    const fastify = app.getHttpAdapter().getInstance();
    fastify.addHook('onRoute', ({ method, url }) => {
      if (method !== 'HEAD') (url.startsWith('/v1') ? routes : outerRoutes).push(`${String(method)} ${url}`);
    });
    serveDocs(ADMIN_OPERATIONS)(app);
    addToApp?.(app);
  };
  const app = await createHttpApp(
    { module, bodyLimitBytes: ADMIN_BODY_LIMIT_BYTES, prepare, settings: unlimitedBut(env) },
    log,
  );
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return {
    app,
    test,
    published,
    printed,
    smtp,
    kafka,
    masterKeys,
    routes,
    outerRoutes,
    addClient: () => addClient(app, test),
    async close() {
      await app.close();
      await egress.close();
      await mailer.close();
      await smtp.close();
      await test.drop();
    },
  };
}

function sendsOf(common: SendWebhookOptions): Sends {
  const links = { publicUrl: 'https://hub.example.com' };
  const slack = createSendSlack({ ...common, apiUrl: SLACK_API_URL, links });
  const email = createSendEmail({ ...common, mailer: NO_MAIL, links });
  return { webhook: createSendWebhook(common), slack, email };
}

function unlimitedBut(env: Record<string, string>) {
  const { http, limits } = loadConfig(['http', 'limits'], { ...NO_LIMITS, ...env });
  return { ...http, ...limits };
}

/** A free port, which a moment ago was nobody's. */
async function inspectorSettings() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return { host: '127.0.0.1', port, url: `http://127.0.0.1:${port}` };
}

function remember(values: Map<Buffer, Record<string, unknown>>, value: Record<string, unknown>): Buffer {
  const bytes = Buffer.from([0]);
  values.set(bytes, value);
  return bytes;
}

async function addClient(app: NestFastifyApplication, { database }: TestDatabase): Promise<Client> {
  const [tenantId, projectId, keyId] = [randomUUID(), randomUUID(), randomUUID()];
  const { key, prefix, hash } = generateApiKey();
  await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
  await database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
  );
  await database.run(sql`insert into api_keys (id, project_id, name, prefix, hash)
    values (${keyId}, ${projectId}, 'test', ${prefix}, ${hash})`);
  return {
    tenantId,
    projectId,
    key,
    keyId,
    async call(method, path, body, headers = {}) {
      const response = await app.inject({
        method: method as 'GET',
        url: path.startsWith('/v1') ? path : `/v1/projects/${projectId}${path}`,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        payload: typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body),
      });
      const isJson = /json/.test(String(response.headers['content-type']));
      return {
        status: response.statusCode,
        text: response.body,
        body: (isJson ? response.json() : {}) as Answer['body'],
        headers: response.headers,
      };
    },
  };
}

/** A local receiver of requests. */
export async function startReceiver(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: { headers: IncomingMessage['headers']; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks) });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
