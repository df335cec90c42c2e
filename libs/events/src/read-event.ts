import { HubError } from '#errors';
import type { Decoder, RawRecord } from '#kafka';
import type { Codec, Decoded } from './codec.ts';
import { ACCEPT_BY_HEADER } from './headers.ts';
import type { RecordName } from './schemas.ts';
import type { EventName } from './shape.ts';
import { EVENT_TYPES } from './catalogue.ts';

/** A record of one of the given names. */
export type DecodedAs<N extends RecordName> = Extract<Decoded, { name: N }>;

/** An event record, with its full name. */
export type DecodedEvent = DecodedAs<EventName>;

type Reader = Pick<Codec, 'learn' | 'decode'>;

const eventNames = EVENT_TYPES.map((entry) => entry.recordName);
const isEvent = new Set<RecordName>(eventNames);

/** A decoder for a topic that carries only the named records; any other is undecodable there. */
export function decoderOf<const N extends RecordName>(
  codec: Reader,
  names: readonly N[],
): Decoder<DecodedAs<N>> {
  const wanted = new Set<RecordName>(names);
  return {
    learn: (values) => codec.learn(values),
    decode: (value) => only(wanted, codec.decode(value)) as DecodedAs<N>,
  };
}

/** The decoder of the event topics. */
export function eventDecoder(codec: Reader): Decoder<DecodedEvent> {
  return decoderOf(codec, eventNames);
}

function only(wanted: ReadonlySet<RecordName>, decoded: Decoded): Decoded {
  if (wanted.has(decoded.name)) return decoded;
  throw new HubError('HUB_RECORD_UNDECODABLE', `${decoded.name} does not belong on this topic`);
}

/** Whether the publisher had already been told of a failure when Kafka appended the record: not to be delivered. */
export function wasRefused({ headers, timestampMs }: Pick<RawRecord, 'headers' | 'timestampMs'>): boolean {
  const acceptBy = headers[ACCEPT_BY_HEADER];
  return acceptBy !== undefined && timestampMs > Number(acceptBy.toString());
}

/**
 * Reads a record of an event topic; its schema must have been learnt.
 * @throws HubError HUB_RECORD_UNDECODABLE, HUB_SCHEMA_UNKNOWN
 */
export function readEvent(
  codec: Pick<Codec, 'decode'>,
  record: Pick<RawRecord, 'value' | 'headers' | 'timestampMs'>,
): ({ kind: 'event' } & DecodedEvent) | { kind: 'refused' } {
  if (wasRefused(record)) return { kind: 'refused' };
  if (record.value === null) throw new HubError('HUB_RECORD_UNDECODABLE', 'an event without a value');
  return { kind: 'event', ...(only(isEvent, codec.decode(record.value)) as DecodedEvent) };
}
