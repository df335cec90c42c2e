/** Which apps share a process, by the name of the layout. `split` is what the figures are taken with. */
export const LAYOUTS = {
  split: [['ingest'], ['dispatcher', 'webhook-worker', 'recorder', 'admin-api']],
  one: [['ingest', 'dispatcher', 'webhook-worker', 'recorder', 'admin-api']],
  apart: [['ingest'], ['dispatcher'], ['webhook-worker'], ['recorder'], ['admin-api']],
} as const satisfies Record<string, readonly (readonly string[])[]>;

/** Name of a layout. */
export type LayoutName = keyof typeof LAYOUTS;

/** HTTP in one process, and so many processes of everything else. */
export function withWorkers(count: number): string[][] {
  const worker = ['dispatcher', 'webhook-worker', 'recorder'];
  return [['ingest', 'admin-api'], ...Array.from({ length: count }, () => worker)];
}
