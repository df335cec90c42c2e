import avro from 'avsc';
import type { JsonObject, TimestampMs } from './generated.ts';
import { checkJson } from './check-json.ts';
import { isUuid } from './is-uuid.ts';

/** First and last instant that a four-digit ISO 8601 year can say; Unix ms. */
export const MIN_TIMESTAMP_MS = Date.parse('0000-01-01T00:00:00.000Z');
/** See MIN_TIMESTAMP_MS. */
export const MAX_TIMESTAMP_MS = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Logical types that check what they read: a record from elsewhere may hold any long and any string, and what lets
 * them pass makes each later stage (JSON, PostgreSQL) fail on them for ever.
 */
abstract class Checked<T> extends avro.types.LogicalType {
  protected abstract parse(value: unknown): T;
  protected abstract accepts(value: unknown): boolean;
  protected abstract readonly underlying: readonly string[];

  protected override _fromValue(value: unknown): T {
    return this.parse(value);
  }

  /** `undefined` makes avsc call the value invalid. */
  protected override _toValue(value: unknown): unknown {
    return this.accepts(value) ? value : undefined;
  }

  protected override _resolve(writer: avro.Type): ((value: unknown) => unknown) | undefined {
    if (writer instanceof this.constructor) return (value) => value;
    return this.underlying.includes(writer.typeName) ? (value) => this.parse(value) : undefined;
  }
}

class UuidType extends Checked<string> {
  protected override get underlying() {
    return ['string'];
  }

  protected override accepts(value: unknown): boolean {
    return isUuid(value);
  }

  protected override parse(value: unknown): string {
    if (!isUuid(value)) throw new Error('not a UUID');
    return value;
  }
}

class TimestampType extends Checked<TimestampMs> {
  protected override get underlying() {
    return ['int', 'long'];
  }

  protected override accepts(value: unknown): boolean {
    return Number.isInteger(value) && isTimestamp(value as number);
  }

  protected override parse(value: unknown): TimestampMs {
    if (!isTimestamp(value as number)) throw new Error('timestamp outside the years 0 to 9999');
    return value as number;
  }
}

class JsonType extends Checked<JsonObject> {
  protected override get underlying() {
    return ['string'];
  }

  protected override accepts(value: unknown): boolean {
    return checkJson(value) === undefined;
  }

  protected override _toValue(value: unknown): unknown {
    return this.accepts(value) ? JSON.stringify(value) : undefined;
  }

  protected override parse(value: unknown): JsonObject {
    const parsed: unknown = JSON.parse(value as string);
    const rule = checkJson(parsed);
    if (rule !== undefined) throw new Error(rule);
    return parsed as JsonObject;
  }
}

/** Avro has NaN and the infinities, JSON has not. */
class FiniteDoubleType extends Checked<number> {
  protected override get underlying() {
    return ['int', 'long', 'float', 'double'];
  }

  protected override accepts(value: unknown): boolean {
    return Number.isFinite(value);
  }

  protected override parse(value: unknown): number {
    if (!Number.isFinite(value)) throw new Error('not a finite number');
    return value as number;
  }
}

function isTimestamp(value: number): boolean {
  return value >= MIN_TIMESTAMP_MS && value <= MAX_TIMESTAMP_MS;
}

/** For avsc's option of the same name. In memory: a string, Unix ms, an object. */
export const logicalTypes = { uuid: UuidType, 'timestamp-millis': TimestampType, json: JsonType };

/** For avsc's option of the same name: every double must be a finite number. */
export function typeHook(schema: unknown): avro.Type | undefined {
  return schema === 'double' ? new FiniteDoubleType({ type: 'double' } as avro.Schema) : undefined;
}
