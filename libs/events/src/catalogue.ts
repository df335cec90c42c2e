import type { EventDomain } from '#kafka';
import { SCHEMAS } from './generated-schemas.ts';
import { RECORD_OF, type EventType, type JsonObject } from './generated.ts';
import { dataShape, type EventName, type FieldShape, type Shape } from './shape.ts';

/** A field of an event's `data`; `variants[].weight` for one inside an array. */
export interface CatalogueField {
  path: string;
  /** As JSON has it: string, UUID, date and time, boolean, integer, number, object, array. */
  type: string;
  doc: string;
  /** Left out when there is no value. */
  isOptional: boolean;
  /** What a publisher may leave out stands for this. */
  default?: unknown;
}

/** What customers are told of an event type. */
export interface CatalogueEntry {
  type: EventType;
  recordName: EventName;
  domain: EventDomain;
  /** Whether the hub makes it itself, to tell of deliveries; services cannot publish it. */
  isNews: boolean;
  /** Path of the field whose value keeps events in order: `data.experimentId`, `tenantId`. */
  keyPath: string;
  /** A sentence: when it is sent. */
  description: string;
  /** A real `data`, valid for the API. */
  example: JsonObject;
  fields: readonly CatalogueField[];
}

interface EventSchema {
  doc: string;
  domain: EventDomain;
  origin?: 'hub';
  key: string;
  example: JsonObject;
}

const JSON_TYPES: Record<Shape['kind'], string> = {
  string: 'string',
  uuid: 'UUID',
  timestamp: 'date and time',
  boolean: 'boolean',
  int: 'integer',
  long: 'integer',
  double: 'number',
  json: 'object',
  record: 'object',
  array: 'array',
};

/** What there is to know of every event type, by name. */
export const EVENT_CATALOGUE: readonly CatalogueEntry[] = Object.entries(RECORD_OF).map(
  ([type, recordName]) => {
    const { doc, domain, origin, key, example } = SCHEMAS[recordName] as EventSchema;
    const fields = dataShape(recordName).fields.flatMap((field) => describe(field, ''));
    const entry = {
      type: type as EventType,
      recordName,
      domain,
      keyPath: key,
      description: doc,
      example,
      fields,
    };
    return { ...entry, isNews: origin === 'hub' };
  },
);

/** The hub's own news. */
export type NewsType = 'webhook.failing' | 'webhook.disabled' | 'webhook.recovered' | 'delivery.exhausted';

/** Every event type of the product, by name. */
export const EVENT_TYPES: readonly Exclude<EventType, NewsType>[] = EVENT_CATALOGUE.flatMap(
  ({ type, isNews }) => (isNews ? [] : [type as Exclude<EventType, NewsType>]),
);

/** The types of the hub's own news, by name. */
export const NEWS_TYPES: readonly NewsType[] = EVENT_CATALOGUE.flatMap(({ type, isNews }) =>
  isNews ? [type as NewsType] : [],
);

const newsTypes = new Set<string>(NEWS_TYPES);

/** Whether the type is one of the hub's own news. */
export function isNewsType(type: string): type is NewsType {
  return newsTypes.has(type);
}

const byType = new Map<string, CatalogueEntry>(EVENT_CATALOGUE.map((entry) => [entry.type, entry]));

/** The entry of a type, if there is such a type. */
export function findEventType(type: string): CatalogueEntry | undefined {
  return byType.get(type);
}

const typeByName = new Map(EVENT_CATALOGUE.map((entry) => [entry.recordName, entry.type]));

/** The event type of a record. */
export function eventTypeOf(name: EventName): EventType {
  return typeByName.get(name) as EventType;
}

/** Whether there is such an event type. */
export function isEventType(type: unknown): type is EventType {
  return typeof type === 'string' && byType.has(type);
}

function describe(field: FieldShape, prefix: string): CatalogueField[] {
  const { name, doc, shape, isOptional } = field;
  const path = `${prefix}${name}`;
  const inner = shape.kind === 'array' ? shape.items : shape;
  const parts = inner.kind === 'record' ? inner.fields : [];
  const mark = shape.kind === 'array' ? '[].' : '.';
  const own: CatalogueField = { path, type: JSON_TYPES[shape.kind], doc, isOptional };
  if (!isOptional && field.default !== undefined) own.default = field.default;
  return [own, ...parts.flatMap((part) => describe(part, `${path}${mark}`))];
}
