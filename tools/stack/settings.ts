import { OTHER_WAY, StackError } from './stack-error.ts';
import type { Stack, StackOptions } from './start-stack.ts';

/** Data folder and ports that the environment sets for the embedded stack. */
export function stackSettings(dataDir: string): Pick<StackOptions, 'dataDir' | 'ports'> {
  return {
    dataDir: process.env['STACK_DATA_DIR'] ?? dataDir,
    ports: {
      kafka: portOf('STACK_KAFKA_PORT'),
      registry: portOf('STACK_REGISTRY_PORT'),
      postgres: portOf('STACK_POSTGRES_PORT'),
    },
  };
}

/** The port in an environment variable, or undefined when it is not set. */
export function portOf(name: string): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StackError(`${name} must be a port, 1 to 65535: correct it, ${OTHER_WAY}.`);
}

/** Where the hub finds its parts, as its settings name it. */
export interface Addresses {
  KAFKA_BROKERS: string;
  SCHEMA_REGISTRY_URL: string;
  DATABASE_URL: string;
}

/** Without it glibc keeps what Node's buffers have freed: a quarter of the memory of a busy worker. */
export const MALLOC_SETTINGS = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
};

/** The addresses of a running stack. */
export function addressesOf(stack: Stack): Addresses {
  return {
    KAFKA_BROKERS: stack.brokers.join(','),
    SCHEMA_REGISTRY_URL: stack.registryUrl,
    DATABASE_URL: stack.databaseUrl,
  };
}
