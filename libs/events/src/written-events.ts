import { HubError } from '#errors';
import type { Decoder } from '#kafka';
import type avro from 'avsc';
import { eventTypeOf } from './catalogue.ts';
import { checkBounds, type BoundsCheck } from './check-bounds.ts';
import { RECORD_OF, type EventType } from './generated.ts';
import { Registry, type RegistrySettings } from './registry.ts';
import { SchemaCache, schemaIdOf } from './schema-cache.ts';
import type { EventName, RecordShape } from './shape.ts';
import { createBodyWriter, type Envelope } from './to-body.ts';
import { writtenShape } from './written-shape.ts';

/** An event as its publisher wrote it, with fields that this process's own schema may not have yet. */
export interface WrittenEvent {
  type: EventType;
  /** Changes with the schema; the shape is a function of it. */
  schemaId: number;
  shape: RecordShape;
  event: Envelope;
  /** The JSON of the whole event, as webhooks get it. */
  body: string;
}

interface Writer {
  kind: 'wanted';
  type: EventType;
  reader: avro.Type;
  shape: RecordShape;
  check: BoundsCheck | undefined;
  write: (event: Envelope) => string;
}
type Known = Writer | { kind: 'unwanted' };

const HEADER_BYTES = 5;
const recordNames = new Map<string, EventName>(Object.values(RECORD_OF).map((name) => [name, name]));

/**
 * Reads the events of some types in their writers' shapes. Anything else, and what cannot be decoded, is `undefined`:
 * the dispatcher puts that away.
 */
export class WrittenEvents implements Decoder<WrittenEvent | undefined> {
  readonly #known: SchemaCache<Known>;

  constructor(settings: RegistrySettings, types: ReadonlySet<EventType>) {
    this.#known = new SchemaCache(new Registry(settings), (writer) => toKnown(writer, types));
  }

  /** @throws HubError HUB_REGISTRY_UNAVAILABLE; HUB_SCHEMA_INCOMPATIBLE for a field of a type that no event may hold */
  learn(buffers: readonly Buffer[]): Promise<void> {
    return this.#known.learn(buffers);
  }

  decode(buffer: Buffer): WrittenEvent | undefined {
    const schemaId = schemaIdOf(buffer);
    const known = schemaId === undefined ? undefined : this.#known.get(schemaId);
    if (schemaId === undefined || known?.kind !== 'wanted') return undefined;
    const event = read(known, buffer);
    if (event === undefined) return undefined;
    const { type, shape } = known;
    return { type, schemaId, shape, event, body: known.write(event) };
  }
}

function read({ reader, check }: Writer, buffer: Buffer): Envelope | undefined {
  try {
    check?.(buffer, HEADER_BYTES);
    const { value, offset } = reader.decode(buffer, HEADER_BYTES);
    return offset === buffer.length ? (value as Envelope) : undefined;
  } catch {
    return undefined;
  }
}

function toKnown(reader: avro.Type, types: ReadonlySet<EventType>): Known {
  const name = recordNames.get(reader.name ?? '');
  const type = name === undefined ? undefined : eventTypeOf(name);
  if (type === undefined || !types.has(type)) return { kind: 'unwanted' };
  const shape = shapeOf(reader);
  return {
    ...{ kind: 'wanted', type, reader, shape },
    check: checkBounds(reader),
    write: createBodyWriter(type, shape),
  };
}

function shapeOf(reader: avro.Type): RecordShape {
  try {
    return writtenShape(reader);
  } catch (cause) {
    throw new HubError('HUB_SCHEMA_INCOMPATIBLE', `${reader.name}: ${(cause as Error).message}`, { cause });
  }
}
