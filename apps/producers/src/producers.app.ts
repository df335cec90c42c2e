import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '#errors';
import { createPublisher } from '#events';
import { nestLogger, type AppDefinition, type Runtime } from '#service';
import type { Options } from './read-options.ts';
import { Sdk } from './sdk.ts';
import { createRandom } from './simulator/random.ts';
import { runAtRate } from './simulator/run-at-rate.ts';
import { Simulation } from './simulator/simulation.ts';
import { Tally } from './simulator/tally.ts';
import { startServices } from './start-services.ts';

/** The product services, driven by the simulator as the options say. The process ends when the simulation does. */
export function producersApp(options: Options): AppDefinition {
  return {
    name: 'producers',
    sections: [],
    start: async (runtime) => {
      const seed = options.seed ?? Math.floor(Math.random() * 1_000_000);
      const random = createRandom(seed);
      const tally = new Tally(await publisherOf(runtime));
      const sdk = new Sdk(tally, Date.now, random.uuid);
      const { services, nest } = await startServices(sdk, nestLogger(runtime.log));
      const owner = { tenantId: options.tenant, projectId: options.project };
      const simulation = new Simulation(services, owner, random);
      const stopping = new AbortController();
      runtime.log.info({ rate: options.rate, seed }, 'simulation.started');
      const ended = simulate({ runtime, options, simulation, tally, signal: stopping.signal });
      return {
        stop: async () => {
          stopping.abort();
          await ended;
          await nest.close();
        },
      };
    },
  };
}

async function publisherOf(runtime: Runtime) {
  const [codec, producer] = [await runtime.codec(), await runtime.producer('producers')];
  return createPublisher({ codec, producer, topics: runtime.topics });
}

interface Run {
  runtime: Runtime;
  options: Options;
  simulation: Simulation;
  tally: Tally;
  signal: AbortSignal;
}

async function simulate({ runtime, options, simulation, tally, signal }: Run): Promise<void> {
  const { log } = runtime;
  const { rate, count, seconds, progress } = options;
  const startedAt = Date.now();
  const timer = setInterval(() => {
    log.info({ published: tally.published, failed: tally.failed }, 'simulation.progress');
  }, progress * 1_000);
  const sleep = (ms: number) => delay(ms, undefined, { signal }).catch(() => {});
  await runAtRate(
    { rate, count, seconds, now: Date.now, sleep, signal },
    () => simulation.step(),
    (error, backOffMs) => log.warn({ reason: describeError(error), backOffMs }, 'simulation.backs_off'),
  );
  clearInterval(timer);
  log.info({ published: tally.published, failed: tally.failed }, 'simulation.ended');
  console.log(tally.summary(Date.now() - startedAt));
  // As if somebody had stopped it: what the process shares is closed in order.
  if (!signal.aborted) process.kill(process.pid, 'SIGTERM');
}
