import { HubError } from '#errors';
import type { Decoder, Message } from '#kafka';
import { EVENT_CATALOGUE } from './catalogue.ts';
import type { Codec, Decoded } from './codec.ts';
import { ACCEPT_BY_HEADER } from './headers.ts';
import type { EventName } from './shape.ts';

/** An event's record with its full name. */
export type EventRecord = Extract<Decoded, { name: EventName }>;

const eventNames = new Set<string>(EVENT_CATALOGUE.map((entry) => entry.recordName));

/** The decoder of the event topics; a record of the hub's own is undecodable there. */
export function eventDecoder(codec: Pick<Codec, 'learn' | 'decode'>): Decoder<EventRecord> {
  return {
    learn: (values) => codec.learn(values),
    decode: (value) => {
      const decoded = codec.decode(value);
      if (isEventRecord(decoded)) return decoded;
      throw new HubError('HUB_RECORD_UNDECODABLE', `${decoded.name} is not an event`);
    },
  };
}

/** Whether a record is an event, rather than one of the hub's own. */
export function isEventRecord(decoded: Decoded): decoded is EventRecord {
  return eventNames.has(decoded.name);
}

/**
 * The event of a message, or that it was refused: its publisher had been told of a failure by the time Kafka appended
 * the record, so nobody may get it.
 */
export function readEvent(
  message: Pick<Message<EventRecord>, 'decoded' | 'headers' | 'timestampMs'>,
): ({ kind: 'event' } & EventRecord) | { kind: 'refused' } {
  return isRefused(message) ? { kind: 'refused' } : { kind: 'event', ...message.decoded };
}

/** Whether a record came too late for its publisher, who has been told that it is refused. */
export function isRefused({
  headers,
  timestampMs,
}: Pick<Message<unknown>, 'headers' | 'timestampMs'>): boolean {
  const acceptBy = headers[ACCEPT_BY_HEADER];
  return acceptBy !== undefined && timestampMs > Number.parseInt(acceptBy.toString(), 10);
}
