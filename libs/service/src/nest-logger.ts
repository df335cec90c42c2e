import type { LoggerService } from '@nestjs/common';
import { describeError } from '#errors';
import type { Log } from '#log';

/** Nest's own lines in the process's log; its start-up chatter only at debug level. */
export function nestLogger(log: Log): LoggerService {
  return {
    log: (message: unknown, context?: unknown) => log.debug({ context }, String(message)),
    warn: (message: unknown, context?: unknown) => log.warn({ context }, String(message)),
    error: (message: unknown, ...rest: unknown[]) =>
      log.error({ context: rest.at(-1) }, describeError(message)),
    debug: (message: unknown, context?: unknown) => log.debug({ context }, String(message)),
    verbose: (message: unknown, context?: unknown) => log.trace({ context }, String(message)),
  };
}
