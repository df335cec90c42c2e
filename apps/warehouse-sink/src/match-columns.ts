import { HubError } from '#errors';
import type { Column, ColumnKind } from './table-layout.ts';

/** Column types that a kind of warehouse has for a kind, the one it makes first. */
export type AcceptedTypes = Record<ColumnKind, readonly string[]>;

/**
 * The columns that a table lacks. A column may be wider than its field; one that could not hold it is refused, and a
 * person has to decide what becomes of it.
 * @param existing column types by name; undefined where there is no such table
 * @throws HubError HUB_WAREHOUSE_MISMATCHED naming field, column and both types
 */
export function missingColumns(
  table: string,
  columns: readonly Column[],
  { existing, accepted }: { existing: ReadonlyMap<string, string> | undefined; accepted: AcceptedTypes },
): Column[] {
  return columns.filter(({ name, kind, field }) => {
    const type = existing?.get(name);
    if (type === undefined) return true;
    if (accepted[kind].includes(type)) return false;
    throw new HubError(
      'HUB_WAREHOUSE_MISMATCHED',
      `${table}.${name} is ${type} in the warehouse, but ${field} of the event's schema needs ${accepted[kind].join(' or ')}`,
      { table, column: name, field, found: type, needed: accepted[kind][0] },
    );
  });
}
