import { cesViews } from './ces-views.ts';

/** The statements that make the views of docs/warehouse.md, for one connection. */
export function duckdbViews(): string[] {
  return cesViews({ day: (column) => `cast(${column} as date)` }).map(
    ({ name, text }) => `create or replace temp view ${name} as ${text}`,
  );
}
