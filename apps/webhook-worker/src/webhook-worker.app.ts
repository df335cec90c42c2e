import { loadConfig } from '#config';
import { DeliveryEngine, PartitionHomes, createSendWebhook } from '#delivery';
import { createEgress } from '#egress';
import { workerTopics } from '#kafka';
import { decoderOf, startStage, type AppDefinition, type RunningApp, type Runtime } from '#service';
import { followLanes } from './follow-lanes.ts';
import { WebhookWorkerModule } from './webhook-worker.module.ts';

/** Delivers to webhooks: reads the delivery and retry topics, sends signed requests, writes each attempt's outcome. */
export const webhookWorkerApp: AppDefinition = {
  name: 'webhook-worker',
  sections: ['secrets', 'egress'],
  start: async (runtime) => {
    const engine = await createEngine(runtime);
    const app = await startStage(runtime, {
      name: 'webhook-worker',
      module: WebhookWorkerModule.with({ engine }),
      patterns: { 'hub.deliveries.webhook': workerTopics(runtime.topics.webhook) },
      decoder: decoderOf(await runtime.codec(), 'hub.pipeline.Delivery'),
      maxPending: 100_000,
      drain: (graceMs) => engine.drain(graceMs),
      suspended: () => engine.suspend(),
      assigned: (assignments) => engine.assigned(assignments),
    });
    return app satisfies RunningApp;
  },
};

async function createEngine(runtime: Runtime): Promise<DeliveryEngine> {
  const { delivery } = runtime.config;
  const { egress: egressSettings, secrets } = loadConfig(['egress', 'secrets']);
  // Many destinations may share a host: its bound must not be one lane's.
  const maxConnectionsPerOrigin = delivery.LANE_MAX_CONCURRENCY * 8;
  const egress = createEgress({ egress: egressSettings, delivery, maxConnectionsPerOrigin }, runtime.log);
  runtime.onClose(() => egress.close());
  const { states, readRecent } = await followLanes(runtime);
  const now = () => Date.now();
  const { topics, log } = runtime;
  return new DeliveryEngine(
    {
      topics: { ...topics.webhook, attempts: topics.attempts, lanes: topics.lanes },
      policy: {
        maxConcurrency: delivery.LANE_MAX_CONCURRENCY,
        maxQueued: delivery.LANE_MAX_QUEUED,
        pauseFailures: delivery.AUTO_PAUSE_FAILURES,
        probeSpacingMs: delivery.AUTO_PAUSE_PROBE_SPACING,
      },
      producer: await runtime.producer(),
      codec: await runtime.codec(),
      routing: await runtime.routing(),
      laneState: (id) => states.get(id),
      homes: new PartitionHomes(readRecent),
      send: createSendWebhook({
        egress,
        masterKey: secrets.MASTER_KEY,
        timeoutMs: delivery.DELIVERY_TIMEOUT,
        now,
      }),
      now,
    },
    log,
  );
}
