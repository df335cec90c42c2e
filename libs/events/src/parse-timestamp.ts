import { MAX_TIMESTAMP_MS, MIN_TIMESTAMP_MS } from './logical-types.ts';

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** ISO 8601 date and time with its offset → Unix ms, finer parts cut off; `undefined` for anything else. */
export function parseTimestamp(value: unknown): number | undefined {
  const match = typeof value === 'string' ? ISO.exec(value) : null;
  if (match === null) return undefined;
  const [text, year, month, day] = match;
  // Date.parse takes 30 February for 2 March.
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) > lastDay && Number(year) >= 100) return undefined;
  const ms = Date.parse(text);
  // An offset may carry the first or the last day out of the years that have four digits.
  return ms >= MIN_TIMESTAMP_MS && ms <= MAX_TIMESTAMP_MS ? ms : undefined;
}
