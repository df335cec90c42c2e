import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { KafkaServer, type KafkaServerOptions } from '#kafka';
import { createDeadLetter } from './dead-letter.ts';
import { nestLogger } from './nest-logger.ts';
import { RethrowFilter } from './rethrow.filter.ts';
import type { RunningApp } from './run-apps.ts';
import type { Runtime } from './runtime.ts';

/** A consumer app: its group, its topics by pattern, its Nest module. */
export interface Stage<T> extends Omit<
  KafkaServerOptions<T>,
  'settings' | 'deadLetter' | 'stopTimeoutMs' | 'groupId'
> {
  name: string;
  module: DynamicModule;
}

/** A consumer app that was started. */
export interface RunningStage extends RunningApp {
  /** Asks `positions` anew where to go on. */
  reposition: () => void;
}

/** Starts a consumer app on the shared runtime. Resolves when it has joined its group. */
export async function startStage<T>(
  runtime: Runtime,
  { name, module, ...options }: Stage<T>,
): Promise<RunningStage> {
  const { config, topics } = runtime;
  const producer = await runtime.producer(name);
  const deadLetter = createDeadLetter(await runtime.codec(), producer, topics.eventsDead);
  const log = runtime.log.child({ stage: name });
  const server = new KafkaServer(
    {
      ...options,
      settings: config.kafka,
      groupId: `${config.kafka.KAFKA_TOPIC_PREFIX}hub.${name}`,
      deadLetter,
      isSaturated: () => producer.isSaturated,
      stopTimeoutMs: config.service.STOP_TIMEOUT,
    },
    log,
  );
  const nest = await NestFactory.createMicroservice(module, {
    strategy: server,
    logger: nestLogger(log),
    abortOnError: false,
  });
  nest.useGlobalFilters(new RethrowFilter());
  await nest.listen();
  runtime.health.add(name, () => server.isHealthy);
  return { stop: () => nest.close(), reposition: () => server.reposition() };
}
