import { pino, type Logger } from 'pino';

/** A structured logger. One wide line a unit of work: `log.info({ deliveryId, ms }, 'delivery.attempted')`. */
export type Log = Logger;

const REDACTED = [
  'secret',
  '*.secret',
  'password',
  '*.password',
  'authorization',
  '*.authorization',
  'apiKey',
  '*.apiKey',
];

/**
 * The process's logger: JSON lines on standard output, secrets redacted here and nowhere else.
 * @param app name of the app, a field of every line
 */
export function createLog(app: string, options: { level: string; pretty?: boolean }): Log {
  const base = { level: options.level, base: { app }, redact: { paths: REDACTED, censor: '[redacted]' } };
  // Lines that come while one is being written go together; what is left is written when the process ends.
  if (!options.pretty) return pino(base, pino.destination({ sync: false }));
  return pino({
    ...base,
    transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } },
  });
}
