import type { EventOf, EventType } from './generated.ts';
import { RECORD_OF } from './generated.ts';
import { checkJson, isJsonObject } from './check-json.ts';
import { isUuid } from './is-uuid.ts';
import { parseTimestamp } from './parse-timestamp.ts';
import { dataShape, type FieldShape, type RecordShape, type Shape } from './shape.ts';

/** A part of a body that breaks a rule: `data.variants[0].weight` and `must be a number`. */
export interface Misfit {
  field: string;
  rule: string;
}

/** `data` as it is in memory, or the first thing that is wrong with it. */
export type ParsedData<T extends EventType> =
  { ok: true; data: EventOf<T>['data'] } | ({ ok: false } & Misfit);

/** Adds to `misfits` what is wrong; what it gives back counts only when nothing was. */
type Parse = (value: unknown, path: string, misfits: Misfit[]) => unknown;

const parsers = new Map<EventType, Parse>();

/** Checks the `data` of an event as JSON gives it, and turns it into its form in memory. */
export function parseData<T extends EventType>(type: T, json: unknown): ParsedData<T> {
  let parse = parsers.get(type);
  if (parse === undefined) parsers.set(type, (parse = recordParser(dataShape(RECORD_OF[type]))));
  const misfits: Misfit[] = [];
  const data = parse(json, 'data', misfits);
  const [first] = misfits;
  return first === undefined ? { ok: true, data: data as EventOf<T>['data'] } : { ok: false, ...first };
}

function parserOf(shape: Shape): Parse {
  switch (shape.kind) {
    case 'string':
      // Avro strings are UTF-8, which cannot hold half a character.
      return check(
        (value) => (typeof value === 'string' ? value.toWellFormed() : undefined),
        'must be a string',
      );
    case 'uuid':
      return check((value) => (isUuid(value) ? value : undefined), 'must be a UUID');
    case 'boolean':
      return check((value) => (typeof value === 'boolean' ? value : undefined), 'must be true or false');
    case 'int':
      return whole(-(2 ** 31), 2 ** 31 - 1);
    case 'long':
      return whole(Number.MIN_SAFE_INTEGER + 1, Number.MAX_SAFE_INTEGER - 1);
    case 'double':
      return check((value) => (Number.isFinite(value) ? value : undefined), 'must be a number');
    case 'timestamp':
      return check(
        parseTimestamp,
        'must be an ISO 8601 date and time with its offset, such as 2025-06-09T12:00:00.000Z',
      );
    case 'json':
      return parseJson;
    case 'array':
      return arrayParser(parserOf(shape.items));
    case 'record':
      return recordParser(shape);
  }
}

function check(convert: (value: unknown) => unknown, rule: string): Parse {
  return (value, field, misfits) => {
    const converted = convert(value);
    if (converted === undefined) misfits.push({ field, rule });
    return converted;
  };
}

function whole(min: number, max: number): Parse {
  const isWhole = (value: unknown) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
  return check(
    (value) => (isWhole(value) ? value : undefined),
    `must be a whole number from ${min} to ${max}`,
  );
}

function arrayParser(parse: Parse): Parse {
  return (value, field, misfits) => {
    if (Array.isArray(value)) return value.map((item, i) => parse(item, `${field}[${i}]`, misfits));
    return void misfits.push({ field, rule: 'must be an array' });
  };
}

function recordParser(shape: RecordShape): Parse {
  const known = new Set(shape.fields.map((field) => field.name));
  const fields = shape.fields.map((field) => ({ name: field.name, parse: fieldParser(field) }));
  return (value, path, misfits) => {
    if (!isJsonObject(value)) return void misfits.push({ field: path, rule: 'must be an object' });
    const unknown = Object.keys(value).find((name) => !known.has(name));
    if (unknown !== undefined) misfits.push({ field: `${path}.${unknown}`, rule: 'is not a known field' });
    const record: Record<string, unknown> = {};
    for (const { name, parse } of fields) {
      const own = Object.hasOwn(value, name) ? value[name] : undefined;
      record[name] = parse(own, `${path}.${name}`, misfits);
    }
    return record;
  };
}

function fieldParser({ shape, isOptional, default: byDefault }: FieldShape): Parse {
  const parse = parserOf(shape);
  if (isOptional)
    return (value, path, misfits) =>
      value === undefined || value === null ? null : parse(value, path, misfits);
  return (value, field, misfits) => {
    if (value !== undefined) return parse(value, field, misfits);
    if (byDefault === undefined) return void misfits.push({ field, rule: 'is required' });
    return byDefault;
  };
}

const parseJson: Parse = (value, field, misfits) => {
  const rule = checkJson(value);
  if (rule !== undefined) misfits.push({ field, rule });
  return value;
};
