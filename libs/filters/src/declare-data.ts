import type { Environment } from '@marcbachmann/cel-js';
import type { FieldShape, RecordShape, Shape } from '#events';

/** Adds `data` as the given events may have it: every field of any of them, of no certain type where they differ. */
export function declareData(environment: Environment, shapes: readonly RecordShape[]): Environment {
  return environment.registerVariable('data', typeOf(shapes, 'data', environment));
}

function typeOf(shapes: readonly Shape[], path: string, environment: Environment): string {
  const kinds = new Set(shapes.map(celKind));
  const [kind] = kinds;
  if (kind === undefined || kinds.size > 1) return 'dyn';
  if (kind === 'list') return `list<${typeOf(shapes.flatMap(itemsOf), `${path}[]`, environment)}>`;
  if (kind === 'record') return recordType(shapes.flatMap(fieldsOf), path, environment);
  return kind;
}

function recordType(fields: readonly FieldShape[], path: string, environment: Environment): string {
  const byName = Map.groupBy(fields, ({ name }) => name);
  const types = [...byName].map(([name, same]): [string, string] => {
    const shapes = same.map(({ shape }) => shape);
    return [name, typeOf(shapes, `${path}.${name}`, environment)];
  });
  // Brackets would mean something in the name of a type.
  const name = path.replaceAll('[]', '');
  environment.registerType(name, { fields: Object.fromEntries(types) });
  return name;
}

const itemsOf = (shape: Shape) => (shape.kind === 'array' ? [shape.items] : []);
const fieldsOf = (shape: Shape) => (shape.kind === 'record' ? shape.fields : []);

function celKind(shape: Shape): string {
  switch (shape.kind) {
    case 'string':
    case 'uuid':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'int':
    case 'long':
      return 'int';
    case 'double':
      return 'double';
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'json':
      return 'map<string, dyn>';
    case 'array':
      return 'list';
    case 'record':
      return 'record';
  }
}
