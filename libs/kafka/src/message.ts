import type { KafkaMessage } from 'kafkajs';

/** A record as Kafka gave it. */
export interface RawRecord {
  topic: string;
  partition: number;
  offset: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Readonly<Record<string, Buffer>>;
  /** When the broker appended it, or the producer made it, as the topic says; Unix ms. */
  timestampMs: number;
}

/** A decoded record. Its offset is committed only after it, and all before it, have called `finish`. */
export interface Message<T> extends RawRecord {
  decoded: T;
  finish: () => void;
}

/** Messages of one partition, in order. */
export interface Batch<T> {
  topic: string;
  partition: number;
  /** Changes whenever this process gets the partition anew; state kept for it from before is void then. */
  assignmentId: number;
  messages: readonly Message<T>[];
  /** Hands back `message` and all after it; they come again, not before `atMs` (Unix ms). */
  returnUntil: (message: Message<T>, atMs: number) => void;
}

/** What turns a record's bytes into a value. `#events` has the one for Avro. */
export interface Decoder<T> {
  /** Fetches what decoding these values will need. Throws when it cannot be had now. */
  learn: (values: readonly Buffer[]) => Promise<void>;
  /** @throws HubError for bytes that will never decode */
  decode: (value: Buffer) => T;
}

/** Takes kafkajs' message apart: offsets as numbers, the last value of a repeated header. */
export function toRawRecord(topic: string, partition: number, message: KafkaMessage): RawRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key,
    value: message.value,
    headers: toHeaders(message.headers),
    timestampMs: Number(message.timestamp),
  };
}

const NO_HEADERS = Object.freeze({});

function toHeaders(headers: KafkaMessage['headers']): Record<string, Buffer> {
  const entries = Object.entries(headers ?? NO_HEADERS);
  if (entries.length === 0) return NO_HEADERS;
  return Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value;
      return last === undefined ? [] : [[name, Buffer.from(last)] as const];
    }),
  );
}
