import { dataShape, EVENT_CATALOGUE, type RecordShape, type Shape } from '#events';

/** An event as filters see it, whether it comes from Kafka (times in Unix ms) or out of a stored body (ISO 8601). */
export interface FilteredEvent {
  id: string;
  type: string;
  projectId: string;
  tenantId: string;
  createdAt: number | string;
  data: object;
}

/** What the names in a filter stand for, and how much there is to go through. */
export interface FilterInput {
  /** Under `eventType` what filters call `type`, which CEL keeps for itself. */
  names: Record<string, unknown>;
  /** How many values there are, long texts counted by their length. */
  size: number;
}

const shapes = new Map(
  EVENT_CATALOGUE.map(({ type, recordName }) => [type as string, dataShape(recordName)]),
);

interface Tally {
  size: number;
}

/** The event of a body as webhooks receive it. */
export function eventOfBody(body: Buffer): FilteredEvent {
  return JSON.parse(body.toString('utf8')) as FilteredEvent;
}

/** An event in CEL's types: whole numbers are int, others double, times timestamp; what has no value is missing. */
export function toFilterInput(event: FilteredEvent): FilterInput {
  const { id, type, projectId, tenantId, createdAt } = event;
  const shape = shapes.get(type);
  const tally = { size: 0 };
  const data = shape === undefined ? convertJson(event.data, tally) : convertRecord(shape, event.data, tally);
  const names = { id, eventType: type, projectId, tenantId, createdAt: new Date(createdAt), data };
  return { names, size: tally.size };
}

function convert(shape: Shape, value: unknown, tally: Tally): unknown {
  switch (shape.kind) {
    case 'int':
    case 'long':
      tally.size += 1;
      return Number.isInteger(value) ? BigInt(value as number) : value;
    case 'timestamp':
      tally.size += 1;
      return new Date(value as number | string);
    case 'array':
      return (value as unknown[]).map((item) => convert(shape.items, item, tally));
    case 'record':
      return convertRecord(shape, value as object, tally);
    case 'boolean':
    case 'double':
    case 'json':
    case 'string':
    case 'uuid':
      return convertJson(value, tally);
  }
}

function convertRecord(shape: RecordShape, value: object, tally: Tally): Map<string, unknown> {
  const record = new Map<string, unknown>();
  for (const field of shape.fields) {
    const part = (value as Record<string, unknown>)[field.name];
    if (part !== null && part !== undefined) record.set(field.name, convert(field.shape, part, tally));
  }
  return record;
}

// Maps, since an object of somebody else's JSON may have a field named `constructor`, by which CEL tells types apart.
function convertJson(value: unknown, tally: Tally): unknown {
  tally.size += typeof value === 'string' ? 1 + value.length / 64 : 1;
  if (Array.isArray(value)) return value.map((item) => convertJson(item, tally));
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([name, part]) => [name, convertJson(part, tally)]));
}
