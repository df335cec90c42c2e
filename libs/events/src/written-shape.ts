import avro from 'avsc';
import { logicalTypes } from './logical-types.ts';
import type { FieldShape, RecordShape, Shape } from './shape.ts';

const KINDS: Record<string, Extract<Shape, { kind: string }>['kind']> = {
  string: 'string',
  enum: 'string',
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  float: 'double',
  double: 'double',
};

/**
 * The shape of an event's `data` as its writer knows it, which may have more fields than this process's schema.
 * @throws Error naming the field whose type no event may have
 */
export function writtenShape(type: avro.Type): RecordShape {
  const data = type instanceof avro.types.RecordType ? type.field('data') : undefined;
  if (!(data?.type instanceof avro.types.RecordType)) throw new Error(`${type.name} has no data`);
  return recordShape(data.type, 'data');
}

function recordShape(type: avro.types.RecordType, path: string): RecordShape {
  return { kind: 'record', fields: type.fields.map((field) => fieldShape(field, path)) };
}

function fieldShape({ name, type }: avro.types.Field, parent: string): FieldShape {
  const path = `${parent}.${name}`;
  const branches = unionOf(type);
  const wanted = branches?.filter(({ typeName }) => typeName !== 'null') ?? [type];
  if (wanted.length !== 1) throw new Error(`${path} is a union of several types`);
  const shape = toShape(wanted[0] as avro.Type, path);
  return { name, doc: '', shape, isOptional: branches !== undefined, default: undefined };
}

function unionOf(type: avro.Type): readonly avro.Type[] | undefined {
  return type.typeName.startsWith('union:') ? (type as avro.types.UnwrappedUnionType).types : undefined;
}

function toShape(type: avro.Type, path: string): Shape {
  if (type instanceof logicalTypes.uuid) return { kind: 'uuid' };
  if (type instanceof logicalTypes['timestamp-millis']) return { kind: 'timestamp' };
  if (type instanceof logicalTypes.json) return { kind: 'json' };
  if (type instanceof avro.types.LogicalType) return toShape(type.underlyingType, path);
  if (type instanceof avro.types.RecordType) return recordShape(type, path);
  if (type instanceof avro.types.ArrayType)
    return { kind: 'array', items: toShape(type.itemsType, `${path}[]`) };
  const kind = KINDS[type.typeName];
  if (kind === undefined) throw new Error(`${path} is of type ${type.typeName}, which no event may hold`);
  return { kind } as Shape;
}
