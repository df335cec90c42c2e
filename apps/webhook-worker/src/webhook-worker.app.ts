import { loadConfig } from '#config';
import { DeliveryEngine, PartitionHomes, createSendWebhook, type Sent } from '#delivery';
import type { Delivery } from '#events';
import { workerTopics } from '#kafka';
import {
  decoderOf,
  startStage,
  type AppDefinition,
  type Metrics,
  type RunningApp,
  type Runtime,
} from '#service';
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
      leased: (untilMs) => engine.leased(untilMs),
      assigned: (assignments) => engine.assigned(assignments),
    });
    return app satisfies RunningApp;
  },
};

async function createEngine(runtime: Runtime): Promise<DeliveryEngine> {
  const { delivery } = runtime.config;
  const { secrets } = loadConfig(['secrets']);
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
      homes: new PartitionHomes(readRecent, now),
      send: createSendWebhook({
        egress: runtime.egress(),
        masterKey: secrets.MASTER_KEY,
        timeoutMs: delivery.DELIVERY_TIMEOUT,
        now,
      }),
      onAttempt: countAttempt(runtime.metrics),
      now,
    },
    log,
  );
}

function countAttempt(metrics: Metrics): (sent: Sent, delivery: Delivery) => void {
  return ({ outcome, exchange }, { attempt, acceptedAt }) => {
    metrics.attempts.inc({ outcome: outcome.kind });
    metrics.attemptSeconds.observe(exchange.durationMs / 1_000);
    const isFirst = attempt === 1 && outcome.kind === 'delivered';
    if (isFirst)
      metrics.deliverySeconds.observe(
        Math.max(0, exchange.startedAtMs + exchange.durationMs - acceptedAt) / 1_000,
      );
  };
}
