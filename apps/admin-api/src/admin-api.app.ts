import { loadConfig } from '#config';
import { createSendWebhook } from '#delivery';
import { ownEndpoints, serveDocs, startHttp, type AppDefinition, type Runtime } from '#service';
import type { DynamicModule } from '@nestjs/common';
import { AdminApiModule } from './admin-api.module.ts';
import { ADMIN_OPERATIONS } from './admin-operations.ts';

/** Largest body of a request: a webhook with 50 event types is far below. */
export const ADMIN_BODY_LIMIT_BYTES = 64 * 1_024;

/** The admin API as a process of its own. */
export const adminApiApp: AppDefinition = {
  name: 'admin-api',
  sections: ['http', 'database', 'egress', 'secrets'],
  start: async (runtime) => {
    const { http } = loadConfig(['http']);
    const module = await createAdminApiModule(runtime);
    const api = { module, bodyLimitBytes: ADMIN_BODY_LIMIT_BYTES, prepare: serveDocs(ADMIN_OPERATIONS) };
    return startHttp(runtime, api, http);
  },
};

/** The module with the parts of a process, for an HTTP server that serves other modules too. */
export async function createAdminApiModule(runtime: Runtime): Promise<DynamicModule> {
  const { egress: settings } = loadConfig(['egress']);
  const { delivery } = runtime.config;
  const egress = runtime.egress();
  const masterKeys = runtime.masterKeys();
  return AdminApiModule.with({
    database: await runtime.database(),
    codec: await runtime.codec(),
    producer: await runtime.producer(),
    topics: runtime.topics,
    send: createSendWebhook({
      egress,
      masterKeys,
      timeoutMs: delivery.DELIVERY_TIMEOUT,
      now: () => Date.now(),
    }),
    masterKeys,
    urlRules: { httpsOnly: settings.EGRESS_HTTPS_ONLY, allow: settings.EGRESS_ALLOW, own: ownEndpoints() },
    log: runtime.log,
  });
}
