import { SCHEMAS } from './generated-schemas.ts';
import type { Events } from './generated.ts';

/** Full name of an event record. */
export type EventName = keyof Events;

/** What an event may hold, as JSON sees it; a simpler form of its Avro schema. */
export type Shape =
  | { kind: 'string' | 'uuid' | 'boolean' | 'int' | 'long' | 'double' | 'timestamp' | 'json' }
  | { kind: 'array'; items: Shape }
  | RecordShape;
export interface RecordShape {
  kind: 'record';
  fields: readonly FieldShape[];
}
export interface FieldShape {
  name: string;
  doc: string;
  shape: Shape;
  /** May be null in memory, and is left out of JSON then. */
  isOptional: boolean;
  /** What a missing field stands for, in the form it has in Avro; `undefined` when it must be there. */
  default: unknown;
}

interface AvroField {
  name: string;
  type: Avro;
  doc?: string;
  default?: unknown;
}
interface AvroNode {
  type: string;
  name?: string;
  namespace?: string;
  logicalType?: string;
  fields?: AvroField[];
  items?: Avro;
}
type Avro = string | Avro[] | AvroNode;

const PRIMITIVES = ['string', 'boolean', 'int', 'long', 'double'] as const;
const LOGICAL = { uuid: 'uuid', 'timestamp-millis': 'timestamp', json: 'json' } as const;

/** The shape of an event record's `data`. */
export function dataShape(name: EventName): RecordShape {
  return dataShapeOf(SCHEMAS[name]);
}

/** The same of any schema of an event that stands alone, such as one that is only proposed. */
export function dataShapeOf(schema: object): RecordShape {
  const named = new Map<string, RecordShape>();
  const record = toShape(schema as AvroNode, named) as RecordShape;
  return record.fields.find((field) => field.name === 'data')?.shape as RecordShape;
}

function toShape(type: Avro, named: Map<string, RecordShape>): Shape {
  if (typeof type === 'string') return named.get(type) ?? primitive(type);
  if (Array.isArray(type)) throw new Error('a union in an event may only be of null and one other type');
  if (type.type === 'record') return recordShape(type, named);
  if (type.items !== undefined) return { kind: 'array', items: toShape(type.items, named) };
  const logical = LOGICAL[type.logicalType as keyof typeof LOGICAL];
  return logical === undefined ? primitive(type.type) : { kind: logical };
}

function primitive(type: string): Shape {
  const kind = PRIMITIVES.find((known) => known === type);
  if (kind === undefined) throw new Error(`events may not hold ${type}: JSON has no equal`);
  return { kind };
}

function recordShape(record: AvroNode, named: Map<string, RecordShape>): RecordShape {
  const fields = (record.fields ?? []).map((field) => fieldShape(field, named));
  const shape: RecordShape = { kind: 'record', fields };
  named.set(`${record.namespace ?? 'hub.events'}.${record.name}`, shape);
  return shape;
}

function fieldShape(field: AvroField, named: Map<string, RecordShape>): FieldShape {
  const { name, doc = '', default: byDefault } = field;
  const isOptional = Array.isArray(field.type);
  const [type = 'null'] = Array.isArray(field.type)
    ? field.type.filter((branch) => branch !== 'null')
    : [field.type];
  return { name, doc, shape: toShape(type, named), isOptional, default: byDefault };
}
