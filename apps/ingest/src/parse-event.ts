import {
  isEventType,
  isNewsType,
  isUuid,
  parseData,
  parseTimestamp,
  type EventOf,
  type PublishableType,
} from '#events';
import type { FieldError } from '#service';

/** An event as `POST /v1/events` takes it, checked. `createdAt` is Unix ms. */
export interface ParsedEvent {
  id: string | undefined;
  type: PublishableType;
  createdAt: number | undefined;
  data: EventOf<PublishableType>['data'];
}

const DATE_RULE = 'must be an ISO 8601 date and time with its offset';
const MAX_UNKNOWN_FIELDS = 20;
const FIELDS = new Set(['id', 'type', 'createdAt', 'data']);

/** Checks `{ id?, type, createdAt?, data }`; every bad field is named with the rule it breaks. */
export function parseEvent(body: unknown): { event: ParsedEvent } | { errors: FieldError[] } {
  if (!isObject(body))
    return { errors: [{ field: 'body', rule: 'must be a JSON object { id?, type, createdAt?, data }' }] };
  const { id, type, createdAt, data } = body;
  const errors = Object.keys(body)
    .filter((field) => !FIELDS.has(field))
    .slice(0, MAX_UNKNOWN_FIELDS)
    .map((field): FieldError => ({ field, rule: 'is not a field of an event' }));
  const created = createdAt === undefined ? undefined : parseTimestamp(createdAt);
  if (id !== undefined && !isUuid(id)) errors.push({ field: 'id', rule: 'must be a UUID' });
  if (createdAt !== undefined && created === undefined) errors.push({ field: 'createdAt', rule: DATE_RULE });
  const parsed = parseTypedData(type, data, errors);
  if (errors.length > 0 || parsed === undefined) return { errors };
  return { event: { ...parsed, id: (id as string | undefined)?.toLowerCase(), createdAt: created } };
}

function parseTypedData(
  type: unknown,
  data: unknown,
  errors: FieldError[],
): Pick<ParsedEvent, 'type' | 'data'> | undefined {
  const problem = typeProblem(type);
  if (problem !== undefined) return void errors.push({ field: 'type', rule: problem });
  const result = parseData(type as PublishableType, data);
  if (!result.ok) return void errors.push({ field: result.field, rule: result.rule });
  return { type: type as PublishableType, data: result.data };
}

function typeProblem(type: unknown): string | undefined {
  if (type === undefined) return 'is required';
  if (typeof type !== 'string' || !isEventType(type))
    return 'must be a known event type, see GET /v1/event-types';
  if (type === 'webhook.test') return 'must not be webhook.test, which only Send test makes';
  if (isNewsType(type)) return `must not be ${type}, which only the hub itself makes`;
  return undefined;
}

function isObject(body: unknown): body is Record<string, unknown> {
  return typeof body === 'object' && body !== null && !Array.isArray(body);
}
