import { inject } from 'vitest';
import type { StackAddresses } from './hub.ts';

/** The stack that `global-setup.ts` started, or found, for this run. */
export function runStack(): StackAddresses {
  return {
    brokers: inject('brokers'),
    registryUrl: inject('registryUrl'),
    databaseUrl: inject('databaseUrl'),
  };
}
