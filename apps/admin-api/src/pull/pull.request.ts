import { invalid } from '#service';
import { z } from 'zod';

const MAX_LIMIT = 100;
const MAX_WAIT_S = 30;
const NO_ID = '00000000-0000-0000-0000-000000000000';
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** How far a reader of events is: behind the event that a transaction recorded under this id. */
export interface FeedPosition {
  /** PostgreSQL's number of the transaction, in decimal. */
  recordedIn: string;
  id: string;
  /** When that event was accepted, or when there was nothing more. */
  at: Date;
  /** Nothing that was accepted before is wanted. */
  from: Date;
}

/** Query parameters of pulling. */
export const pullQuery = z.strictObject({
  cursor: z
    .string()
    .max(200)
    .optional()
    .describe('`nextCursor` of the answer before. Opaque: do not build one.'),
  from: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .optional()
    .describe('Without a cursor: where to begin (ISO 8601); the creation of the webhook unless given.'),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(25).describe('Most events in the answer.'),
  waitSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_WAIT_S)
    .default(0)
    .describe('How long to wait for an event while there is none.'),
});

/** Checked query parameters of pulling. */
export type PullQuery = z.output<typeof pullQuery>;

const time = z.int().min(0).max(8.64e15);
const position = z.tuple([z.string().regex(/^[1-9]\d{0,18}$/), z.guid(), time, time]);

/** @returns what the next request gives back */
export function toFeedCursor({ recordedIn, id, at, from }: FeedPosition): string {
  return Buffer.from(JSON.stringify([recordedIn, id, at.getTime(), from.getTime()])).toString('base64url');
}

/** The position in a cursor; a 400 when it is not one of ours. */
export function fromFeedCursor(cursor: string): FeedPosition {
  const result = position.safeParse(parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!result.success)
    throw invalid([{ field: 'cursor', rule: 'must be a nextCursor that pulling events gave' }]);
  const [recordedIn, id, atMs, fromMs] = result.data;
  return { recordedIn, id, at: new Date(atMs), from: new Date(fromMs) };
}

/** Before everything that was accepted from `at` on. */
export function beginningAt(at: Date): FeedPosition {
  return { recordedIn: '1', id: NO_ID, at, from: at };
}

/** Behind everything that was recorded before the transaction `horizon`. */
export function endAt(horizon: string, at: Date, from: Date): FeedPosition {
  return { recordedIn: String(BigInt(horizon) - 1n), id: LAST_ID, at, from };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
