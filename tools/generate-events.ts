/** Writes libs/events/src/generated.ts and generated-schemas.ts from schemas/. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

export type Avro = string | Avro[] | AvroNode;
export interface AvroNode {
  type: string;
  name?: string;
  namespace?: string;
  doc?: string;
  logicalType?: string;
  fields?: { name: string; type: Avro; doc?: string; default?: unknown }[];
  symbols?: string[];
  items?: Avro;
  values?: Avro;
  eventType?: string;
  [property: string]: unknown;
}

const ROOT = new URL('../', import.meta.url);
const TYPES = 'libs/events/src/generated.ts';
const SCHEMAS = 'libs/events/src/generated-schemas.ts';
const HEADER =
  '// Generated from schemas/ by tools/generate-events.ts. Do not edit: run `npm run generate`.\n';

const TS_PRIMITIVES: Record<string, string> = {
  null: 'null',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  string: 'string',
  bytes: 'Buffer',
};
const TS_LOGICAL: Record<string, string> = {
  'timestamp-millis': 'TimestampMs',
  json: 'JsonObject',
  uuid: 'string',
};

/** Every .avsc under schemas/, by full name, in the order of names. */
export function readSchemas(root: URL = ROOT): Map<string, AvroNode> {
  const files = readdirSync(new URL('schemas/', root), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => `schemas/${file.replaceAll('\\', '/')}`);
  return fromFiles(files.sort(), (file) => readFileSync(new URL(file, root), 'utf8'));
}

/** Schemas by full name, which each file's path must repeat. */
export function fromFiles(files: readonly string[], read: (file: string) => string): Map<string, AvroNode> {
  const schemas = files.map((file) => {
    const schema = JSON.parse(read(file)) as AvroNode;
    const name = fullName(schema);
    if (file !== `schemas/${name.replaceAll('.', '/')}.avsc`) {
      throw new Error(`${file} holds ${name}: name and path must agree`);
    }
    return [name, schema] as const;
  });
  return new Map(schemas);
}

/** The schema with each named type it refers to put in at its first use, so that it stands alone. */
export function inline(schema: AvroNode, all: ReadonlyMap<string, AvroNode>): AvroNode {
  const seen = new Set([fullName(schema)]);
  const walk = (node: Avro): Avro => {
    if (Array.isArray(node)) return node.map(walk);
    if (typeof node === 'string') {
      const named = all.get(node);
      if (named === undefined || seen.has(node)) return node;
      seen.add(node);
      return walk(named);
    }
    const copy = { ...node };
    if (node.fields) copy.fields = node.fields.map((field) => ({ ...field, type: walk(field.type) }));
    if (node.items !== undefined) copy.items = walk(node.items);
    if (node.values !== undefined) copy.values = walk(node.values);
    return copy;
  };
  return walk(schema) as AvroNode;
}

/** The text of the two generated files, by path. */
export function generate(all: ReadonlyMap<string, AvroNode> = readSchemas()): Map<string, string> {
  const events = [...all].filter(([, schema]) => schema.eventType !== undefined);
  const pipeline = [...all].filter(([name]) => name.startsWith('hub.pipeline.'));
  const types = [
    HEADER,
    '/** Milliseconds since 1970, UTC. */\nexport type TimestampMs = number;\n',
    '/** Any JSON object. */\nexport type JsonObject = Record<string, unknown>;\n',
    ...interfaces([...all.values()]),
    registry('Events', 'Every event record by its full name.', events),
    registry('PipelineRecords', "Every one of the hub's own records by its full name.", pipeline),
    eventTypes(events),
  ];
  const rows = [...events, ...pipeline].map(
    ([name, schema]) => `  '${name}': ${JSON.stringify(inline(schema, all))},`,
  );
  const embedded = [
    HEADER,
    "import type { Events, PipelineRecords } from './generated.ts';\n",
    '/** The schema of every record, each standing alone: types it refers to are put in at their first use. */',
    `export const SCHEMAS: Readonly<Record<keyof (Events & PipelineRecords), object>> = {\n${rows.join('\n')}\n};\n`,
  ];
  return new Map([
    [TYPES, types.join('\n')],
    [SCHEMAS, embedded.join('\n')],
  ]);
}

function fullName(schema: AvroNode): string {
  return `${schema.namespace}.${schema.name}`;
}

/** Interfaces of the records, those nested in them and their enums, each once. */
function interfaces(records: AvroNode[]): string[] {
  const found = new Map<string, string>();
  const visit = (node: Avro): void => {
    if (typeof node === 'string') return;
    if (Array.isArray(node)) return node.forEach(visit);
    if (node.name !== undefined) found.set(node.name, declare(node));
    for (const field of node.fields ?? []) visit(field.type);
    for (const part of [node.items, node.values]) if (part !== undefined) visit(part);
  };
  records.forEach(visit);
  return [...found.values()];
}

function declare(node: AvroNode): string {
  const doc = node.doc === undefined ? '' : `/** ${node.doc} */\n`;
  if (node.type === 'enum') return `${doc}export type ${node.name} = ${symbols(node)};\n`;
  const fields = (node.fields ?? []).map((field) => `  ${field.name}: ${toTypeScript(field.type)};`);
  return `${doc}export interface ${node.name} {\n${fields.join('\n')}\n}\n`;
}

function symbols(node: AvroNode): string {
  return (node.symbols ?? []).map((symbol) => `'${symbol}'`).join(' | ');
}

function toTypeScript(type: Avro): string {
  if (typeof type === 'string') return TS_PRIMITIVES[type] ?? shortName(type);
  if (Array.isArray(type)) return nullLast(type).map(toTypeScript).join(' | ');
  const logical = type.logicalType === undefined ? undefined : TS_LOGICAL[type.logicalType];
  if (logical !== undefined) return logical;
  if (type.items !== undefined) return `${bracketed(toTypeScript(type.items))}[]`;
  if (type.values !== undefined) return `Record<string, ${toTypeScript(type.values)}>`;
  return type.name ?? toTypeScript(type.type);
}

function nullLast(union: Avro[]): Avro[] {
  return [...union.filter((branch) => branch !== 'null'), ...union.filter((branch) => branch === 'null')];
}

const bracketed = (type: string) => (type.includes('|') ? `(${type})` : type);
const shortName = (name: string) => name.slice(name.lastIndexOf('.') + 1);

function registry(name: string, doc: string, records: [string, AvroNode][]): string {
  const rows = records.map(([full]) => `  '${full}': ${shortName(full)};`);
  return `/** ${doc} */\nexport interface ${name} {\n${rows.join('\n')}\n}\n`;
}

function eventTypes(events: [string, AvroNode][]): string {
  const rows = events.map(([name, schema]) => `  '${schema.eventType}': '${name}',`);
  return [
    '/** Event type → full name of its record. */',
    `export const RECORD_OF = {\n${rows.join('\n')}\n} as const;\n`,
    '/** One of the event types, such as `experiment.created`. */\nexport type EventType = keyof typeof RECORD_OF;\n',
    '/** The record of one event type. */\nexport type EventOf<T extends EventType> = Events[(typeof RECORD_OF)[T]];\n',
  ].join('\n');
}

if (import.meta.main) {
  for (const [path, text] of generate()) {
    writeFileSync(new URL(path, ROOT), text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
