import type { ColumnKind } from './table-layout.ts';

/** No JSON text holds it: there control characters are escaped. */
const SEPARATOR = '\u001f';
const SPECIAL = /["\\]/;
const EACH_SPECIAL = /["\\]/g;

const TYPES: Record<Exclude<ColumnKind, 'json'>, string> = {
  ...{ uuid: 'uuid', text: 'text', boolean: 'boolean', integer: 'integer', bigint: 'bigint' },
  ...{ double: 'double precision', timestamp: 'double precision' },
};

/** The SQL of parameter `$n` that holds a column's values as `writeArray` wrote them. */
export function arrayOf(kind: ColumnKind, parameter: number): string {
  // Whole events are full of quotes: escaping them would cost more than all the rest.
  return kind === 'json' ? `string_to_array($${parameter}, E'\\x1f', '')` : `$${parameter}::${TYPES[kind]}[]`;
}

/** A column's values as one text. The driver's own way looks for what to escape in every number and id. */
export function writeArray(kind: ColumnKind, values: readonly unknown[]): string {
  if (kind === 'json') return values.map((value) => (value as string | null) ?? '').join(SEPARATOR);
  const write = kind === 'text' || kind === 'uuid' ? writeText : writePlain;
  return `{${values.map((value) => (value === null ? 'NULL' : write(value))).join(',')}}`;
}

function writePlain(value: unknown): string {
  return String(value as number | boolean);
}

function writeText(value: unknown): string {
  const text = value as string;
  return `"${SPECIAL.test(text) ? text.replaceAll(EACH_SPECIAL, String.raw`\$&`) : text}"`;
}
