import { findEventType, isEventType, parseData } from '#events';
import { invalid } from '#service';
import { z } from 'zod';
import { TEST_EVENT, type TestEvent } from './send-test.ts';

/** What Send test may be asked to send. */
export const testRequest = z.strictObject({
  type: z
    .string()
    .refine(isEventType, 'must be a known event type: see GET /v1/event-types')
    .default(TEST_EVENT.type)
    .describe('Event type to send.'),
  data: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Its `data`; without it the example of the event type.'),
});

/** The event that a request asks for. @throws a 400 that names the first field of `data` that does not fit */
export function toTestEvent({ type, data }: z.output<typeof testRequest>): TestEvent {
  if (!isEventType(type) || (type === TEST_EVENT.type && data === undefined)) return TEST_EVENT;
  const parsed = parseData(type, data ?? findEventType(type)?.example);
  if (!parsed.ok) throw invalid([{ field: parsed.field, rule: parsed.rule }]);
  return { type, data: parsed.data };
}
