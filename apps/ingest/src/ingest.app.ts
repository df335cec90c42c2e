import { loadConfig } from '#config';
import { createPublisher } from '#events';
import { serveDocs, startHttp, type AppDefinition, type Runtime } from '#service';
import type { DynamicModule } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { INGEST_OPERATIONS } from './ingest-operations.ts';
import { IngestModule } from './ingest.module.ts';

/** Takes events over HTTP for services without Kafka. */
export const ingestApp: AppDefinition = {
  name: 'ingest',
  sections: ['http', 'database'],
  start: async (runtime) => {
    const { http } = loadConfig(['http']);
    const api = {
      module: await createIngestModule(runtime),
      bodyLimitBytes: http.MAX_BATCH_BYTES,
      prepare: prepareIngest,
    };
    return startHttp(runtime, api, http);
  },
};

/** The module with the parts of a process, for an HTTP server that serves other modules too. */
export async function createIngestModule(runtime: Runtime): Promise<DynamicModule> {
  const { http } = loadConfig(['http']);
  const producer = await runtime.producer('ingest');
  return IngestModule.with({
    runtime,
    database: await runtime.database(),
    publisher: createPublisher({ codec: await runtime.codec(), producer, topics: runtime.topics }),
    limits: {
      maxEventBytes: http.MAX_EVENT_BYTES,
      maxBatchEvents: http.MAX_BATCH_EVENTS,
      ackTimeoutMs: http.INGEST_ACK_TIMEOUT,
    },
  });
}

function prepareIngest(app: NestFastifyApplication): void {
  limitEventBodies(app);
  serveDocs(INGEST_OPERATIONS)(app);
}

/** Has Fastify stop reading the body of a single event at MAX_EVENT_BYTES, and of a batch at MAX_BATCH_BYTES. */
export function limitEventBodies(app: NestFastifyApplication): void {
  const { http } = loadConfig(['http']);
  const limits: Record<string, number> = {
    '/v1/events': http.MAX_EVENT_BYTES,
    '/v1/events/batch': http.MAX_BATCH_BYTES,
  };
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', (route) => {
      route.bodyLimit = limits[route.url] ?? route.bodyLimit;
    });
}
