import type { WrittenEvent } from '#events';
import { ITEM_COLUMNS, layOut, type ChildLayout, type Column, type TableLayout } from './table-layout.ts';

/** An event with when Kafka took it, Unix ms. */
export interface Accepted {
  written: WrittenEvent;
  acceptedAtMs: number;
}

/** Rows of one table, by column. Times are Unix ms. */
export interface TableRows {
  name: string;
  /** The table of the events whose lists these are. */
  parent: string | undefined;
  columns: readonly Column[];
  /** One list a column, all as long as `count`. */
  values: unknown[][];
  count: number;
}

const layouts = new WeakMap<WrittenEvent['shape'], TableLayout>();

/**
 * The rows of some events, one table a type, schema and list; an id that comes twice in a project counts once.
 * @throws HubError HUB_WAREHOUSE_MISMATCHED when a schema makes no table
 */
export function toTables(events: readonly Accepted[], ingestedAtMs: number): TableRows[] {
  const byShape = new Map<WrittenEvent['shape'], Accepted[]>();
  const ids = new Set<string>();
  for (const one of events) {
    const { id, projectId } = one.written.event;
    // Senders choose ids: those of one project say nothing of another's.
    const key = `${projectId}/${id}`.toLowerCase();
    if (ids.has(key)) continue;
    ids.add(key);
    const same = byShape.get(one.written.shape);
    if (same === undefined) byShape.set(one.written.shape, [one]);
    else same.push(one);
  }
  return [...byShape].flatMap(([shape, some]) => tablesOf(layoutOf(shape, some), some, ingestedAtMs));
}

function layoutOf(shape: WrittenEvent['shape'], [first]: readonly Accepted[]): TableLayout {
  const known = layouts.get(shape);
  if (known !== undefined || first === undefined) return known as TableLayout;
  const layout = layOut(first.written.type, shape);
  layouts.set(shape, layout);
  return layout;
}

function tablesOf(layout: TableLayout, events: readonly Accepted[], ingestedAtMs: number): TableRows[] {
  const { table: name, columns, data, children } = layout;
  const datas = events.map(({ written }) => written.event.data as Record<string, unknown>);
  const own: unknown[][] = [
    events.map(({ written }) => written.event.id),
    events.map(({ written }) => written.event.tenantId),
    events.map(({ written }) => written.event.projectId),
    events.map(({ written }) => written.event.createdAt),
    events.map(({ acceptedAtMs }) => acceptedAtMs),
    events.map(() => ingestedAtMs),
    events.map(({ written }) => written.body),
  ];
  const values = [...own, ...data.map(({ read }) => datas.map(read))];
  const main = {
    name,
    parent: undefined,
    columns,
    values,
    count: events.length,
  };
  return [main, ...children.map((child) => listRows(child, name, events))];
}

function listRows(
  { table: name, columns, data, items }: ChildLayout,
  parent: string,
  events: readonly Accepted[],
): TableRows {
  const values: unknown[][] = [...ITEM_COLUMNS, ...data].map((): unknown[] => []);
  const [ids, projects, positions, times] = values as [unknown[], unknown[], unknown[], unknown[]];
  for (const { written, acceptedAtMs } of events) {
    for (const [position, item] of items(written.event.data as Record<string, unknown>).entries()) {
      ids.push(written.event.id);
      projects.push(written.event.projectId);
      positions.push(position);
      times.push(acceptedAtMs);
      for (const [index, { read }] of data.entries()) values[index + ITEM_COLUMNS.length]?.push(read(item));
    }
  }
  return { name, parent, columns, values, count: ids.length };
}
