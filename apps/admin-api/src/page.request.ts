import { invalid } from '#service';
import { z } from 'zod';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/** Where a page ended: the position of its last row. */
export interface Position {
  at: Date;
  id: string;
}

/** One page of a list, newest first. `nextCursor` is null on the last. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** Query parameters of every list. */
export const pageFields = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(DEFAULT_LIMIT)
    .describe('Most items in the answer.'),
  cursor: z
    .string()
    .max(200)
    .optional()
    .describe('`nextCursor` of the page before. Opaque: do not build one.'),
};

export const pageQuery = z.strictObject(pageFields);

const position = z.tuple([z.int().min(0).max(8.64e15), z.guid()]);

function toCursor({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url');
}

/** The position in a cursor; a 400 when it is not one of ours. */
export function fromCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const result = position.safeParse(parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!result.success) throw invalid([{ field: 'cursor', rule: 'must be a nextCursor that this list gave' }]);
  return { at: new Date(result.data[0]), id: result.data[1] };
}

/** Cuts one row more than asked for into a page: the row more says that there is a next one. */
export function toPage<Row extends { id: string }>(
  rows: Row[],
  limit: number,
  at: (row: Row) => Date,
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasNext = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasNext ? toCursor({ at: at(last), id: last.id }) : null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
