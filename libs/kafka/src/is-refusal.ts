/** Broker answers that no retry changes: the record itself is at fault. */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'CORRUPT_MESSAGE',
  'INVALID_TIMESTAMP',
]);

/** Whether Kafka refused the records themselves, rather than being unable to take any. */
export function isRefusal(error: unknown): boolean {
  let current: unknown = error;
  while (current instanceof Error) {
    if (REFUSALS.has((current as Error & { type?: string }).type ?? '')) return true;
    current = current.cause;
  }
  return false;
}
