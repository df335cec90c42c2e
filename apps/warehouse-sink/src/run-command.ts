import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '#config';
import { createDatabase } from '#database';
import { describeError } from '#errors';
import { createLog } from '#log';
import { openWarehouse, parquetPlace } from './open-warehouse.ts';
import type { SinkCommand } from './read-command.ts';
import { RequestStore, type SinkRequest } from './request.store.ts';

type Asking = Exclude<SinkCommand, { kind: 'run' }>;

const PATIENCE_MS = 15_000;
const log = createLog('sink', { level: 'silent' });

/** Does what was asked for and prints what came of it. @returns the exit code */
export async function runCommand(
  command: Asking,
  print = (line: string) => console.log(line),
): Promise<number> {
  try {
    if (command.kind === 'request') return await ask(command.request, print);
    print(formatTable(await query(command)));
    return 0;
  } catch (error) {
    console.error(describeError(error));
    return 1;
  }
}

async function ask(request: SinkRequest, print: (line: string) => void): Promise<number> {
  const database = createDatabase(loadConfig(['database']).database, log);
  try {
    const store = new RequestStore(database);
    const id = await store.add(request);
    const deadline = Date.now() + PATIENCE_MS;
    while (Date.now() < deadline) {
      const answer = await store.answer(id);
      if (answer !== undefined) return (print(answer.outcome), 0);
      await delay(200);
    }
    print('Asked for. No sink has answered yet: it is done as soon as one runs and its warehouse is there.');
    return 0;
  } finally {
    await database.close();
  }
}

async function query({ text, isWriting }: Extract<Asking, { kind: 'query' }>): Promise<object[]> {
  const { warehouse: settings } = loadConfig(['warehouse']);
  // The running sink has the DuckDB file for itself; what people read are its Parquet files.
  if (settings.WAREHOUSE_TARGET === 'duckdb' && !isWriting) {
    const { queryFiles } = await import('./query-files.store.ts');
    return queryFiles(parquetPlace(settings), text);
  }
  const warehouse = await openWarehouse(settings, log);
  try {
    return await warehouse.query(text);
  } finally {
    await warehouse.close();
  }
}

/** Rows as aligned text, as psql shows them. */
export function formatTable(rows: readonly object[]): string {
  const [first] = rows;
  if (first === undefined) return '(no rows)';
  const names = Object.keys(first);
  const cells = rows.map((row) => names.map((name) => show((row as Record<string, unknown>)[name])));
  const widths = names.map((name, index) =>
    Math.max(name.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

function show(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().replace('T00:00:00.000Z', '');
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(3);
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string);
}
