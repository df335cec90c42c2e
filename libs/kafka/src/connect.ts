import { readFileSync } from 'node:fs';
import type { Config } from '#config';
import type { Log } from '#log';
import type { KafkaConfig, LogEntry, SASLOptions } from 'kafkajs';
import { Kafka, logLevel } from './kafkajs.ts';

/** The `kafka` section of the settings. */
export type KafkaSettings = Config<'kafka'>['kafka'];

/** Retries for ever, quickly: an outage ends when it ends, and nothing in flight may be given up for us. */
export const PERSISTENT_RETRY = {
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  factor: 0.2,
  multiplier: 2,
  retries: Number.MAX_SAFE_INTEGER,
} as const;

/** Retries a few seconds: for consumers, whose supervisor starts them anew after that. */
export const SHORT_RETRY = { ...PERSISTENT_RETRY, retries: 6 } as const;

/**
 * A kafkajs client from the settings. kafkajs changes its retries when NODE_ENV is `test`, so they are always given.
 * @param clientId shown by the broker; a restarted process with the same id may evict its predecessor
 */
export function createClient(settings: KafkaSettings, clientId: string, log: Log): Kafka {
  const config: KafkaConfig = {
    clientId,
    brokers: [...settings.KAFKA_BROKERS],
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: SHORT_RETRY,
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => writeLog(log, entry),
  };
  if (settings.KAFKA_SSL) config.ssl = tlsOptions(settings);
  if (settings.KAFKA_SASL_MECHANISM !== undefined) config.sasl = saslOptions(settings);
  return new Kafka(config);
}

function tlsOptions(settings: KafkaSettings): true | { ca: string[] } {
  return settings.KAFKA_SSL_CA_FILE === undefined
    ? true
    : { ca: [readFileSync(settings.KAFKA_SSL_CA_FILE, 'utf8')] };
}

function saslOptions(settings: KafkaSettings): SASLOptions {
  return {
    mechanism: settings.KAFKA_SASL_MECHANISM ?? 'plain',
    username: settings.KAFKA_SASL_USERNAME ?? '',
    password: settings.KAFKA_SASL_PASSWORD ?? '',
  } as SASLOptions;
}

/** What kafkajs reports as errors in the normal course of things: each refused heartbeat of a rebalance, a broker that starts. */
const NO_FAULT = /rebalanc|coordinator is (not aware of this member|loading|not available)/i;

function writeLog(
  log: Log,
  {
    namespace,
    level,
    log: { message, logger: _logger, timestamp: _timestamp, stack: _stack, ...fields },
  }: LogEntry,
) {
  const text = `${message} ${String(fields['error'] ?? '')}`;
  const line = { component: `kafkajs/${namespace}`, ...fields };
  if (level === logLevel.ERROR && !NO_FAULT.test(text)) log.warn(line, message);
  else log.debug(line, message);
}
