import type { JsonObject } from './generated.ts';

const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;

/** What keeps a value from being free JSON in an event, as a rule; `undefined` when nothing does. */
export function checkJson(value: unknown): string | undefined {
  return isJsonObject(value) ? check(value, MAX_DEPTH, { left: MAX_VALUES }) : 'must be an object';
}

/** Whether the value is an object in JSON's sense: neither null nor an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON.parse reads 1e400 as Infinity, which would go out as null; JSON.stringify of deep nesting ends the stack. */
function check(value: unknown, depth: number, values: { left: number }): string | undefined {
  if (values.left-- === 0) return `must not hold more than ${MAX_VALUES} values in all`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'must not hold numbers beyond 1.7e308';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return `must not be nested deeper than ${MAX_DEPTH} levels`;
  for (const part of Object.values(value)) {
    const rule = check(part, depth - 1, values);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
