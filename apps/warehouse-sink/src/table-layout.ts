import { HubError } from '#errors';
import type { EventType, FieldShape, RecordShape, Shape } from '#events';

/** What a column holds. `json` is text that is valid JSON. */
export type ColumnKind = 'uuid' | 'text' | 'boolean' | 'integer' | 'bigint' | 'double' | 'timestamp' | 'json';

/** A column of a table. */
export interface Column {
  name: string;
  kind: ColumnKind;
  /** Field that it comes from, as in `data.score`. */
  field: string;
}

/** A column with the way to its value: from `data`, or from an item of the list that a child table is made of. */
export interface DataColumn extends Column {
  read: (record: Record<string, unknown>) => unknown;
}

/** A list of records in `data`, whose items are rows of a table of their own. */
export interface ChildLayout {
  table: string;
  columns: readonly Column[];
  data: readonly DataColumn[];
  items: (record: Record<string, unknown>) => readonly Record<string, unknown>[];
}

/** The tables that events of one type and shape go to. */
export interface TableLayout {
  table: string;
  /** All of them: those of every event, then those of its `data`. */
  columns: readonly Column[];
  data: readonly DataColumn[];
  children: readonly ChildLayout[];
}

/** Columns of every event's table, before those of its `data`. */
export const EVENT_COLUMNS: readonly Column[] = [
  { name: 'event_id', kind: 'uuid', field: 'id' },
  { name: 'tenant_id', kind: 'uuid', field: 'tenantId' },
  { name: 'project_id', kind: 'uuid', field: 'projectId' },
  { name: 'created_at', kind: 'timestamp', field: 'createdAt' },
  { name: 'accepted_at', kind: 'timestamp', field: 'when Kafka took it' },
  { name: 'ingested_at', kind: 'timestamp', field: 'when it was written here' },
  { name: 'raw_event', kind: 'json', field: 'the whole event' },
];

/** Columns of every list's table, before those of its items. */
export const ITEM_COLUMNS: readonly Column[] = [
  { name: 'event_id', kind: 'uuid', field: 'id' },
  { name: 'project_id', kind: 'uuid', field: 'projectId' },
  { name: 'position', kind: 'integer', field: 'place in the list, from 0' },
  { name: 'accepted_at', kind: 'timestamp', field: 'when Kafka took it' },
];

/** Names that people ask for, where the rule's own would be clumsy. */
const NAMES: Partial<Record<EventType, { table: string; children: Record<string, string> }>> = {
  'ces.response_created': { table: 'ces_responses', children: { assignments: 'ces_assignments' } },
};

const KINDS: Record<Exclude<Shape['kind'], 'array' | 'record'>, ColumnKind> = {
  string: 'text',
  uuid: 'uuid',
  boolean: 'boolean',
  int: 'integer',
  long: 'bigint',
  double: 'double',
  timestamp: 'timestamp',
  json: 'json',
};

// What PostgreSQL takes; it cuts longer ones without a word.
const MAX_NAME_LENGTH = 63;

type Read = DataColumn['read'];
interface Part {
  columns: DataColumn[];
  lists: { name: string; field: string; shape: RecordShape; read: Read }[];
}

/** The main table of an event type. */
export function tableOf(type: EventType): string {
  return NAMES[type]?.table ?? type.replaceAll('.', '_');
}

/**
 * Tables for events of that shape: a column a field, fields of nested records with their parents' names before them, a
 * table a list of records.
 * @throws HubError HUB_WAREHOUSE_MISMATCHED when two fields would be one column, or a name is too long
 */
export function layOut(type: EventType, shape: RecordShape): TableLayout {
  const table = tableOf(type);
  const { columns, lists } = partOf(shape, 'data', '', (record) => record);
  const data = checked(table, columns, EVENT_COLUMNS);
  const children = lists.map((list) =>
    layOutList(list, NAMES[type]?.children[list.name] ?? `${table}_${list.name}`),
  );
  return { table, columns: [...EVENT_COLUMNS, ...data], data, children };
}

function layOutList(list: Part['lists'][number], table: string): ChildLayout {
  const items = partOf(list.shape, `${list.field}[]`, '', (record) => record);
  // A list within an item of a list: kept, but as JSON.
  const inner = items.lists.map(({ name, field, read }): DataColumn => ({
    ...{ name, kind: 'json', field },
    read: (record) => toJson(read(record)),
  }));
  const data = checked(table, [...items.columns, ...inner], ITEM_COLUMNS);
  const itemsOf: ChildLayout['items'] = (record) => (list.read(record) ?? []) as Record<string, unknown>[];
  return { table, columns: [...ITEM_COLUMNS, ...data], data, items: itemsOf };
}

function partOf(shape: RecordShape, path: string, prefix: string, read: Read): Part {
  const part: Part = { columns: [], lists: [] };
  for (const field of shape.fields) addField(part, field, { path: `${path}.${field.name}`, prefix, read });
  return part;
}

function addField(
  part: Part,
  field: FieldShape,
  { path, prefix, read }: { path: string; prefix: string; read: Read },
): void {
  const { shape } = field;
  const name = prefix + toSnakeCase(field.name);
  const readField: Read = (record) => (read(record) as Record<string, unknown> | null)?.[field.name];
  if (shape.kind === 'record') {
    const inner = partOf(shape, path, `${name}_`, readField as Read);
    part.columns.push(...inner.columns);
    part.lists.push(...inner.lists);
  } else if (shape.kind === 'array' && shape.items.kind === 'record') {
    part.lists.push({ name, field: path, shape: shape.items, read: readField });
  } else if (shape.kind === 'array') {
    part.columns.push({ name, kind: 'json', field: path, read: (record) => toJson(readField(record)) });
  } else {
    part.columns.push({ name, kind: KINDS[shape.kind], field: path, read: readerOf(shape.kind, readField) });
  }
}

function readerOf(kind: Shape['kind'], read: Read): Read {
  if (kind === 'json') return (record) => toJson(read(record));
  if (kind === 'string') return (record) => toText(read(record));
  return (record) => read(record) ?? null;
}

/** Neither PostgreSQL nor most tools hold U+0000 in text; the raw event keeps it. */
function toText(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0')
    ? value.replaceAll('\0', '\uFFFD')
    : (value ?? null);
}

function toJson(value: unknown): unknown {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function toSnakeCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function checked(table: string, columns: readonly DataColumn[], own: readonly Column[]): DataColumn[] {
  const reserved = new Set(own.map(({ name }) => name));
  const renamed = columns.map((column) =>
    reserved.has(column.name) ? { ...column, name: `data_${column.name}` } : column,
  );
  const seen = new Map<string, string>();
  for (const { name, field } of renamed) {
    const other = seen.get(name);
    if (other !== undefined)
      throw impossible(table, `${field} and ${other} would both be the column ${name}`);
    if (name.length > MAX_NAME_LENGTH)
      throw impossible(table, `${field} would be the column ${name}, longer than ${MAX_NAME_LENGTH} letters`);
    seen.set(name, field);
  }
  return renamed;
}

function impossible(table: string, why: string): HubError {
  return new HubError('HUB_WAREHOUSE_MISMATCHED', `${table}: ${why}`);
}
