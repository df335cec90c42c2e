import { isTimeZone, type DigestSettings } from '#connectors';
import { z } from 'zod';

/** When a destination gets its events of a day in one message. Null: each event at once. */
export const digest = z
  .strictObject({
    at: z
      .string()
      .refine((text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text), 'must be a time of day such as 08:00')
      .describe('Time of day at which it is made.'),
    timeZone: z
      .string()
      .max(64)
      .refine(isTimeZone, 'must be a time zone as IANA names it, such as Europe/Berlin')
      .default('UTC')
      .describe('Where that time is, as IANA names it.'),
  })
  .nullable()
  .describe('One message a day, at this time, in place of one an event; null for none.');

/** What of a destination's settings a request changes; null takes a setting out. */
export function withDigest(
  settings: object | undefined,
  value: DigestSettings | null | undefined,
): object | undefined {
  return value === undefined ? settings : { ...settings, digest: value };
}
