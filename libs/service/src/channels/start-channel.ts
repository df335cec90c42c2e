import {
  DeliveryEngine,
  PartitionHomes,
  type DeliveryEngineOptions,
  type LanePolicy,
  type Senders,
  type Sent,
} from '#delivery';
import type { Delivery } from '#events';
import { workerTopics, type Channel } from '#kafka';
import { decoderOf } from '../decoder-of.ts';
import type { Metrics } from '../metrics.ts';
import type { RunningApp } from '../run-apps.ts';
import type { Runtime } from '../runtime.ts';
import { startStage } from '../start-stage.ts';
import { ChannelModule } from './channel.module.ts';

/** What a channel's worker is. */
export interface ChannelOptions extends Senders {
  /** Name of the app, which is also that of its group. */
  name: string;
  channel: Channel;
  /** Whether a delivery is to wait for its destination's digest. */
  isGathered?: DeliveryEngineOptions['isGathered'];
  /** In place of what the settings say for all channels. */
  policy?: Partial<LanePolicy>;
}

/** Starts the worker of a channel: reads its delivery and retry topics, sends, writes each attempt's outcome. */
export async function startChannel(runtime: Runtime, options: ChannelOptions): Promise<RunningApp> {
  const engine = await createEngine(runtime, options);
  const channel = runtime.topics[options.channel];
  return startStage(runtime, {
    name: options.name,
    module: ChannelModule.with({ engine }),
    patterns: { 'hub.deliveries': workerTopics(channel) },
    decoder: decoderOf(await runtime.codec(), 'hub.pipeline.Delivery'),
    maxPending: 100_000,
    resting: workerTopics(channel).filter((topic) => topic !== channel.deliveries),
    drain: (graceMs) => engine.drain(graceMs),
    suspended: () => engine.suspend(),
    leased: (untilMs) => engine.leased(untilMs),
    assigned: (assignments) => engine.assigned(assignments),
  });
}

async function createEngine(runtime: Runtime, options: ChannelOptions): Promise<DeliveryEngine> {
  const { delivery } = runtime.config;
  const { states, readRecent } = await runtime.lanes();
  const erasures = await runtime.erasures();
  const now = () => Date.now();
  const { topics, log } = runtime;
  return new DeliveryEngine(
    {
      topics: {
        ...topics[options.channel],
        attempts: topics.attempts,
        lanes: topics.lanes,
        news: topics.events.news,
      },
      policy: {
        maxConcurrency: delivery.LANE_MAX_CONCURRENCY,
        maxQueued: delivery.LANE_MAX_QUEUED,
        pauseFailures: delivery.AUTO_PAUSE_FAILURES,
        probeSpacingMs: delivery.AUTO_PAUSE_PROBE_SPACING,
        ...options.policy,
      },
      producer: await runtime.producer(options.name),
      codec: await runtime.codec(),
      routing: await runtime.routing(),
      isForgotten: (delivery) => erasures.covers(delivery),
      laneState: (id) => states.get(id),
      homes: new PartitionHomes(readRecent, now),
      send: options.send,
      batching: options.batching,
      isGathered: options.isGathered,
      onAttempt: countAttempt(runtime.metrics),
      now,
    },
    log,
  );
}

function countAttempt(metrics: Metrics): (sent: Sent, delivery: Delivery) => void {
  return ({ outcome, exchange }, { attempt, acceptedAt, replayId }) => {
    metrics.attempts.inc({ outcome: outcome.kind });
    metrics.attemptSeconds.observe(exchange.durationMs / 1_000);
    const isFirst = attempt === 1 && replayId === null && outcome.kind === 'delivered';
    if (isFirst)
      metrics.deliverySeconds.observe(
        Math.max(0, exchange.startedAtMs + exchange.durationMs - acceptedAt) / 1_000,
      );
  };
}
