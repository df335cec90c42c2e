import avro from 'avsc';
import { SCHEMAS } from './generated-schemas.ts';
import type { Events, PipelineRecords } from './generated.ts';
import { logicalTypes, typeHook } from './logical-types.ts';

/** Every record that the hub reads or writes, by full name. */
export type Records = Events & PipelineRecords;
/** Full name of a record, which is also its subject in the registry. */
export type RecordName = keyof Records;

/** All record names. */
export const RECORD_NAMES = Object.keys(SCHEMAS) as RecordName[];

/** The text that is registered; the registry finds its id by the same text. */
export function schemaText(name: RecordName): string {
  return JSON.stringify(SCHEMAS[name]);
}

/** Whether the hub knows a record of that full name. */
export function isRecordName(name: string): name is RecordName {
  return Object.hasOwn(SCHEMAS, name);
}

/** A schema as avsc's type, with the hub's logical types. */
export function toType(schema: object): avro.Type {
  return avro.Type.forSchema(schema as avro.Schema, {
    logicalTypes,
    typeHook: typeHook as never,
    wrapUnions: false,
  });
}

const types = new Map<RecordName, avro.types.RecordType>();

/** The hub's own type of a record. */
export function typeOf(name: RecordName): avro.types.RecordType {
  let type = types.get(name);
  if (type === undefined) types.set(name, (type = toType(SCHEMAS[name]) as avro.types.RecordType));
  return type;
}
