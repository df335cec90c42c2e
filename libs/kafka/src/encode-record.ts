import type { Message } from 'kafkajs';

/** A record of a batch, as kafkajs hands it to its encoder. */
export interface BatchRecord extends Pick<Message, 'key' | 'value' | 'headers'> {
  offsetDelta?: number;
  /** ms */
  timestampDelta?: number;
}

/** What kafkajs' encoder takes for one of its own kind. */
export interface Encoded {
  buf: Buffer;
  buffer: Buffer;
}

/**
 * Encodes a record of Kafka's record batch, version 2 (KIP-98), in one pass into one buffer. kafkajs makes an encoder
 * of 512 zeroed bytes for each record and for each header, and counts with big integers.
 */
export function encodeRecord({ offsetDelta = 0, timestampDelta = 0, ...record }: BatchRecord): Encoded {
  const [key, value] = [toBytes(record.key), toBytes(record.value)];
  const headers = toHeaders(record.headers ?? {});
  const [timestamp, offset, headerCount] = [timestampDelta, offsetDelta, headers.length].map(
    zigZag,
  ) as Varints;
  const bodySize =
    1 + sizeOf(timestamp) + sizeOf(offset) + sizeOfBytes(key) + sizeOfBytes(value) + sizeOf(headerCount);
  const size = headers.reduce((sum, [name, bytes]) => sum + sizeOfBytes(name) + sizeOfBytes(bytes), bodySize);
  const buffer = Buffer.allocUnsafe(sizeOf(zigZag(size)) + size);
  let at = writeVarint(buffer, 0, zigZag(size));
  // Attributes, of which a record has none.
  buffer[at] = 0;
  at = writeVarint(buffer, at + 1, timestamp);
  at = writeVarint(buffer, at, offset);
  at = writeBytes(buffer, at, key);
  at = writeBytes(buffer, at, value);
  at = writeVarint(buffer, at, headerCount);
  for (const [name, bytes] of headers) at = writeBytes(buffer, writeBytes(buffer, at, name), bytes);
  return { buf: buffer, buffer };
}

type Varints = [timestamp: number, offset: number, headerCount: number];
type Bytes = Buffer | null;

const NULL_LENGTH = -1;

function toBytes(value: Buffer | string | null | undefined): Bytes {
  if (value === null || value === undefined) return null;
  return Buffer.isBuffer(value) ? value : Buffer.from(String(value));
}

function toHeaders(headers: NonNullable<Message['headers']>): [name: Buffer, value: Bytes][] {
  return Object.entries(headers).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? value : [value];
    return values.map((one): [Buffer, Bytes] => [Buffer.from(name), toBytes(one)]);
  });
}

/** Not by shifts, which end at 32 bits: a batch may span more than 24 days. */
function zigZag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function sizeOf(varint: number): number {
  let bytes = 1;
  for (let rest = varint; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

function sizeOfBytes(bytes: Bytes): number {
  return bytes === null ? sizeOf(zigZag(NULL_LENGTH)) : sizeOf(zigZag(bytes.length)) + bytes.length;
}

/** @returns where to go on */
function writeVarint(buffer: Buffer, start: number, varint: number): number {
  let at = start;
  let rest = varint;
  for (; rest >= 128; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) + 128;
  buffer[at++] = rest;
  return at;
}

function writeBytes(buffer: Buffer, start: number, bytes: Bytes): number {
  const at = writeVarint(buffer, start, zigZag(bytes === null ? NULL_LENGTH : bytes.length));
  return bytes === null ? at : at + bytes.copy(buffer, at);
}
