import { HubError } from '#errors';
import type avro from 'avsc';
import { checkBounds, type BoundsCheck } from './check-bounds.ts';
import { Registry, type RegistrySettings } from './registry.ts';
import { SchemaCache, schemaIdOf } from './schema-cache.ts';
import { RECORD_NAMES, isRecordName, schemaText, typeOf, type RecordName, type Records } from './schemas.ts';

/** A record read from Kafka, with its full name. */
export type Decoded = { [N in RecordName]: { name: N; value: Records[N] } }[RecordName];

interface Writer {
  name: RecordName;
  reader: avro.Type;
  resolver: avro.Resolver | undefined;
  check: BoundsCheck | undefined;
}

const HEADER_BYTES = 5;

let scratch = Buffer.allocUnsafe(64 * 1024);

/** Records to bytes and back, in the Confluent wire format: a zero, the schema id in 4 bytes, the Avro body. */
export class Codec {
  readonly #ids: ReadonlyMap<RecordName, number>;
  readonly #writers: SchemaCache<Writer>;

  private constructor(registry: Registry, ids: ReadonlyMap<RecordName, number>) {
    this.#ids = ids;
    this.#writers = new SchemaCache(registry, toWriter);
    for (const [name, id] of ids) this.#writers.add(id, typeOf(name));
  }

  /**
   * Asks the registry for the ids of the schemas that this process was built with: not of the newest, which a newer
   * process may have registered meanwhile.
   * @throws HubError HUB_SCHEMA_UNKNOWN, HUB_REGISTRY_UNAVAILABLE
   */
  static async connect(settings: RegistrySettings): Promise<Codec> {
    const registry = new Registry(settings);
    const ids = await Promise.all(
      RECORD_NAMES.map(async (name) => [name, await registry.findId(name, schemaText(name))] as const),
    );
    const missing = ids.filter(([, id]) => id === undefined).map(([name]) => name);
    if (missing.length > 0) {
      const message = `The registry does not have the schemas of ${missing.join(', ')}: run npm run schemas:register`;
      throw new HubError('HUB_SCHEMA_UNKNOWN', message, { missing });
    }
    return new Codec(registry, new Map(ids as [RecordName, number][]));
  }

  /** @throws HubError HUB_EVENT_INVALID naming the first field that does not fit */
  encode<N extends RecordName>(name: N, value: Records[N]): Buffer {
    const type = typeOf(name);
    let end: number;
    try {
      end = type.encode(value, scratch, HEADER_BYTES);
      if (end < 0) {
        scratch = Buffer.allocUnsafe(scratch.length - end);
        end = type.encode(value, scratch, HEADER_BYTES);
      }
    } catch (cause) {
      throw new HubError('HUB_EVENT_INVALID', `${name}: ${misfit(type, value)} does not fit its schema`, {
        cause,
      });
    }
    scratch[0] = 0;
    scratch.writeUInt32BE(this.#ids.get(name) ?? 0, 1);
    return Buffer.from(scratch.subarray(0, end));
  }

  /**
   * Gives every record in the shape of this process's schemas, whichever version wrote it.
   * @throws HubError HUB_RECORD_UNDECODABLE, HUB_SCHEMA_UNKNOWN (also for ids that `learn` has not seen)
   */
  decode(buffer: Buffer): Decoded {
    const id = schemaIdOf(buffer);
    if (id === undefined) throw new HubError('HUB_RECORD_UNDECODABLE', 'not in the Confluent wire format');
    const writer = this.#writers.get(id);
    if (writer === undefined) {
      throw new HubError('HUB_SCHEMA_UNKNOWN', `schema id ${id}: ${this.#writers.reason(id)}`, {
        schemaId: id,
      });
    }
    try {
      writer.check?.(buffer, HEADER_BYTES);
      const { value, offset } = writer.reader.decode(buffer, HEADER_BYTES, writer.resolver);
      if (offset !== buffer.length) throw new Error(offset < 0 ? 'truncated' : 'trailing bytes');
      return { name: writer.name, value } as Decoded;
    } catch (cause) {
      throw new HubError('HUB_RECORD_UNDECODABLE', `bytes do not fit ${writer.name}`, {
        cause,
        schemaId: id,
      });
    }
  }

  /**
   * Fetches the writer schemas that decoding these records will need. Ids that are not to be had are left to `decode`.
   * @throws HubError HUB_REGISTRY_UNAVAILABLE
   */
  learn(buffers: readonly Buffer[]): Promise<void> {
    return this.#writers.learn(buffers);
  }
}

function toWriter(writer: avro.Type): Writer {
  const name = writer.name ?? '';
  if (!isRecordName(name)) throw new Error(`the hub does not know ${name || 'unnamed records'}`);
  const reader = typeOf(name);
  const resolver = writer === reader ? undefined : reader.createResolver(writer);
  return { name, reader, resolver, check: checkBounds(writer) };
}

function misfit(type: avro.Type, value: unknown): string {
  let path = 'the record';
  type.isValid(value, {
    errorHook: (parts) => {
      path = parts.join('.');
    },
  });
  return path;
}
