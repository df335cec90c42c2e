import { loadConfig, type Config } from '#config';
import { createSendEmail, createSendSlack } from '#connectors';
import { createSendWebhook, replaySlots, type SendWebhookOptions } from '#delivery';
import type { Mailer } from '#mail';
import { Registry, schemaText, type RecordName } from '#events';
import { ownEndpoints, serveDocs, startHttp, type AppDefinition, type Runtime } from '#service';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AdminApiModule } from './admin-api.module.ts';
import type { Sends } from './test-sender.ts';
import { ADMIN_OPERATIONS } from './admin-operations.ts';
import { serveDashboard } from './dashboard/serve-dashboard.ts';

export { serveDashboard };

/** Largest body of a request: a webhook with 50 event types is far below. */
export const ADMIN_BODY_LIMIT_BYTES = 64 * 1_024;

/** The admin API as a process of its own. */
export const adminApiApp: AppDefinition = {
  name: 'admin-api',
  sections: [
    'http',
    'database',
    'egress',
    'secrets',
    'connectors',
    'people',
    'mail',
    'replay',
    'retention',
    'caps',
  ],
  start: async (runtime) => {
    const { http } = loadConfig(['http']);
    const module = await createAdminApiModule(runtime);
    const document = serveDocs(ADMIN_OPERATIONS);
    const prepare = (app: NestFastifyApplication) => {
      document(app);
      serveDashboard(app);
    };
    const api = { module, bodyLimitBytes: ADMIN_BODY_LIMIT_BYTES, prepare };
    return startHttp(runtime, api, http);
  },
};

/** The module with the parts of a process, for an HTTP server that serves other modules too. */
export async function createAdminApiModule(runtime: Runtime): Promise<DynamicModule> {
  const {
    egress: settings,
    connectors,
    http,
    people,
    replay,
    retention,
    caps,
  } = loadConfig(['egress', 'connectors', 'http', 'people', 'replay', 'retention', 'caps']);
  const { delivery } = runtime.config;
  const [mailer, masterKeys] = [runtime.mailer(), runtime.masterKeys()];
  const registry = new Registry(runtime.config.registry);
  const common = {
    egress: runtime.egress(),
    masterKeys,
    timeoutMs: delivery.DELIVERY_TIMEOUT,
    now: () => Date.now(),
  };
  return AdminApiModule.with({
    database: await runtime.database(),
    codec: await runtime.codec(),
    producer: await runtime.producer('admin-api'),
    topics: runtime.topics,
    sends: createSends(common, connectors, mailer),
    masterKeys,
    destinationRules: {
      slackApiUrl: connectors.SLACK_API_URL,
      isMailSetUp: mailer.isConfigured,
    },
    urlRules: { httpsOnly: settings.EGRESS_HTTPS_ONLY, allow: settings.EGRESS_ALLOW, own: ownEndpoints() },
    findSchemaVersion: (name) => registry.findVersion(name, schemaText(name as RecordName)),
    pauseAfter: delivery.AUTO_PAUSE_FAILURES,
    replays: {
      rate: replay.REPLAY_RATE,
      slots: replaySlots(delivery.LANE_MAX_CONCURRENCY),
      retentionDays: retention.RETENTION_DAYS,
    },
    inspector: {
      host: http.HTTP_HOST,
      port: http.INSPECTOR_PORT,
      url: http.INSPECTOR_URL ?? `http://127.0.0.1:${http.INSPECTOR_PORT}`,
    },
    people: { ...people, PUBLIC_URL: connectors.PUBLIC_URL },
    caps,
    mailer,
    log: runtime.log,
    print: (line) => void process.stderr.write(`${line}\n`),
  });
}

function createSends(
  common: SendWebhookOptions,
  connectors: Config<'connectors'>['connectors'],
  mailer: Mailer,
): Sends {
  const links = { publicUrl: connectors.PUBLIC_URL };
  const slack = createSendSlack({ ...common, apiUrl: connectors.SLACK_API_URL, links });
  return { webhook: createSendWebhook(common), slack, email: createSendEmail({ ...common, mailer, links }) };
}
