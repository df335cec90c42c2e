import { HubError } from '#errors';
import type { Events } from './generated.ts';
import { SCHEMAS } from './generated-schemas.ts';
import { dataShape, type EventName, type RecordShape, type Shape } from './shape.ts';

type Write = (value: unknown) => string;

/** What every event has. */
export interface Envelope {
  id: string;
  tenantId: string;
  projectId: string;
  /** Unix ms. */
  createdAt: number;
  data: object;
}

/** Largest body: with what a delivery adds it fits into a record of 1 MiB, which is what topics take. */
export const MAX_BODY_BYTES = 960 * 1_024;

const writers = new Map<EventName, (event: Events[EventName]) => string>();

/**
 * The request body of an event: `id, type, projectId, tenantId, createdAt, data` in this order, dates as ISO 8601 UTC
 * with three decimals, null fields left out. The same event always gives the same bytes.
 * @throws HubError HUB_EVENT_INVALID when JSON cannot say a value, HUB_RECORD_REFUSED over `MAX_BODY_BYTES`
 */
export function toBody(name: EventName, event: Events[EventName]): Buffer {
  let write = writers.get(name);
  if (write === undefined) writers.set(name, (write = envelopeWriter(name)));
  const body = Buffer.from(writeBody(name, event, write));
  if (body.length <= MAX_BODY_BYTES) return body;
  throw new HubError('HUB_RECORD_REFUSED', `${name} is too large to be delivered`, { bytes: body.length });
}

function writeBody<N extends EventName>(
  name: N,
  event: Events[N],
  write: (event: Events[N]) => string,
): string {
  try {
    return write(event);
  } catch (cause) {
    throw new HubError('HUB_EVENT_INVALID', `${name} cannot be written as JSON`, { cause });
  }
}

function envelopeWriter(name: EventName): (event: Events[EventName]) => string {
  const { eventType } = SCHEMAS[name] as { eventType: string };
  return createBodyWriter(eventType, dataShape(name));
}

/** What makes the body of events whose `data` has that shape; throws a plain Error when JSON cannot say a value. */
export function createBodyWriter(eventType: string, shape: RecordShape): (event: Envelope) => string {
  const type = `,"type":${JSON.stringify(eventType)},"projectId":`;
  const data = recordWriter(shape);
  return ({ id, projectId, tenantId, createdAt, data: value }) =>
    `{"id":${JSON.stringify(id)}${type}${JSON.stringify(projectId)},"tenantId":${JSON.stringify(tenantId)},"createdAt":"${toIso(createdAt)}","data":${data(value)}}`;
}

function writerOf(shape: Shape): Write {
  switch (shape.kind) {
    case 'string':
    case 'uuid':
    case 'json':
      return JSON.stringify;
    case 'boolean':
      return String;
    case 'int':
    case 'long':
    case 'double':
      return writeNumber;
    case 'timestamp':
      return (ms) => `"${toIso(ms as number)}"`;
    case 'array':
      return arrayWriter(writerOf(shape.items));
    case 'record':
      return recordWriter(shape);
  }
}

function recordWriter(shape: RecordShape): Write {
  const fields = shape.fields.map((field) => ({
    name: field.name,
    label: `,${JSON.stringify(field.name)}:`,
    write: writerOf(field.shape),
  }));
  return (record) => {
    let text = '';
    for (const { name, label, write } of fields) {
      const value = (record as Record<string, unknown>)[name];
      if (value !== null && value !== undefined) text += label + write(value);
    }
    return `{${text.slice(1)}}`;
  };
}

function arrayWriter(write: Write): Write {
  return (items) => `[${(items as unknown[]).map((item) => write(item)).join(',')}]`;
}

function writeNumber(value: unknown): string {
  if (!Number.isFinite(value)) throw new Error('JSON has no NaN and no Infinity');
  return String(value);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
