import { loadConfig, type SectionName } from '#config';
import { describeError } from '#errors';
import { serveHealth } from './health.server.ts';
import { Runtime } from './runtime.ts';

/** An app that can share a process with others. */
export interface AppDefinition {
  name: string;
  /** Sections of the settings it needs beside those of every process; all are checked before anything starts. */
  sections: readonly SectionName[];
  start: (runtime: Runtime) => Promise<RunningApp>;
}

/** An app that was started. */
export interface RunningApp {
  /** Ends gracefully within STOP_TIMEOUT. */
  stop: () => Promise<void>;
}

const EXTRA_STOP_MS = 10_000;

/** Runs apps as this process until SIGTERM or SIGINT; exits 0 after a graceful stop, 1 after any failure. */
export async function runApps(name: string, definitions: readonly AppDefinition[]): Promise<void> {
  const runtime = prepare(name, definitions);
  const running: RunningApp[] = [];
  const stop = stopOnce(runtime, running);
  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  process.on('unhandledRejection', (error) => fail(runtime, error));
  process.on('uncaughtException', (error) => fail(runtime, error));
  try {
    for (const { start } of definitions) running.push(await start(runtime));
    const { METRICS_HOST, METRICS_PORT } = runtime.config.service;
    if (METRICS_PORT > 0) {
      const server = await serveHealth(
        { host: METRICS_HOST, port: METRICS_PORT },
        runtime.health,
        runtime.metrics,
      );
      runtime.onClose(() => Promise.resolve(server.close()));
    }
    runtime.log.info({ apps: definitions.map((definition) => definition.name) }, 'service.started');
    process.send?.('ready');
  } catch (error) {
    fail(runtime, error);
  }
}

function prepare(name: string, definitions: readonly AppDefinition[]): Runtime {
  try {
    loadConfig([
      'service',
      'kafka',
      'registry',
      'delivery',
      ...definitions.flatMap(({ sections }) => sections),
    ]);
    return new Runtime(name);
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exit(1);
  }
}

function stopOnce(runtime: Runtime, running: RunningApp[]): (code: number) => void {
  let isStopping = false;
  return (code) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), runtime.config.service.STOP_TIMEOUT + EXTRA_STOP_MS).unref();
    stopAll(runtime, running).then(
      () => process.exit(code),
      (error: unknown) => fail(runtime, error),
    );
  };
}

async function stopAll(runtime: Runtime, running: RunningApp[]): Promise<void> {
  await Promise.all(running.map((app) => app.stop()));
  await runtime.close();
  runtime.log.info('service.stopped');
}

function fail(runtime: Runtime, error: unknown): void {
  runtime.log.fatal({ err: error }, 'service.failed');
  process.stderr.write(`${describeError(error)}\n`);
  process.exit(1);
}
