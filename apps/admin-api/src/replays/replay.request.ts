import { REPLAY_SELECTIONS, REPLAY_STATUSES, type Selected } from '#database';
import { EVENT_TYPES, isEventType, NEWS_TYPES } from '#events';
import { z } from 'zod';
import { pageFields } from '../page.request.ts';

const MAX_HOURS = 24 * 366;
/** Every event type there is. */
export const ALL_TYPES: readonly string[] = [...EVENT_TYPES, ...NEWS_TYPES];

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const hours = z.coerce.number().positive().max(MAX_HOURS);

const types = z
  .array(z.string().refine(isEventType, 'must be a known event type: see GET /v1/event-types'))
  .min(1)
  .max(ALL_TYPES.length)
  .describe('Only events of these types; all that there are unless given.');

const GOES_WITH: Record<'error' | 'skip' | 'asNew', readonly string[]> = {
  error: ['failed'],
  skip: ['held'],
  asNew: ['failed', 'all'],
};

function refuse(context: z.RefinementCtx, field: string, message: string): void {
  context.addIssue({ code: 'custom', path: [field], message });
}

/** What a replay is to send. */
export const newReplay = z
  .strictObject({
    destinationId: z.guid('must be a UUID').describe('The webhook, or another destination.'),
    selection: z
      .enum(REPLAY_SELECTIONS)
      .describe(
        '`held` while it was disabled; `failed`; `all` deliveries that have ended or are held; `missing`: events that it never had a delivery of, of the types that it takes.',
      ),
    from: time.optional().describe('Only events accepted at this time or later (ISO 8601).'),
    to: time.optional().describe('Only events accepted before this time (ISO 8601); now unless given.'),
    types: types.optional(),
    error: z
      .string()
      .max(100)
      .optional()
      .describe(
        'With `failed`: only those whose last attempt met this, an HTTP status such as `503` or a `lastError` such as `timeout`.',
      ),
    asNew: z
      .boolean()
      .default(false)
      .describe(
        'Send copies with event ids of their own, whose bodies name the original as `replayOf`. Receivers that drop repeated ids take them.',
      ),
    skip: z.boolean().default(false).describe('With `held`: cancel the deliveries instead of sending them.'),
  })
  .superRefine(({ from, to }, context) => {
    const now = new Date();
    if (from && from >= (to ?? now)) refuse(context, 'from', 'must be before `to`, and in the past');
    if (to && to > now) refuse(context, 'to', 'must not be in the future');
  })
  .superRefine((asked, context) => {
    for (const [field, selections] of Object.entries(GOES_WITH)) {
      const isAsked = Boolean(asked[field as keyof typeof GOES_WITH]);
      if (isAsked && !selections.includes(asked.selection))
        refuse(context, field, `goes with selection ${selections.join(' or ')} alone`);
    }
  });

/** A checked request for a replay. */
export type NewReplay = z.output<typeof newReplay>;

/** Filters of a list of replays. */
export const replayQuery = z.strictObject({
  ...pageFields,
  destinationId: z.guid('must be a UUID').optional().describe('Only replays of this destination.'),
  status: z.enum(REPLAY_STATUSES).optional().describe('Only replays that stand there.'),
});

/** Which of the held deliveries to count. */
export const heldQuery = z.strictObject({
  hours: hours.optional().describe('Only events accepted in the last so many hours.'),
});

/** What is to become of held deliveries when their webhook is enabled. */
export const enableRequest = z
  .strictObject({
    resume: z
      .enum(['all', 'since', 'skip'])
      .optional()
      .describe(
        'What becomes of held deliveries: `all` are sent, those of the last `hours` are, or all are cancelled (`skip`). Unless given they stay held, and can be replayed later.',
      ),
    hours: hours.optional().describe('With `since`: how far back.'),
  })
  .superRefine(({ resume, hours: given }, context) => {
    if ((resume === 'since') === (given !== undefined)) return;
    refuse(context, 'hours', resume === 'since' ? 'is required with `since`' : 'goes with `since` alone');
  });

/** A checked request to enable a webhook. */
export type EnableRequest = z.output<typeof enableRequest>;

/** What is asked for, as it is counted and sent. @param now where `to` is left out */
export function toSelected(projectId: string, asked: NewReplay, now: Date): Selected {
  const {
    destinationId,
    selection,
    from = null,
    to = now,
    types: eventTypes = ALL_TYPES,
    error = null,
  } = asked;
  return { projectId, destinationId, selection, eventTypes, error, from, to };
}

const HOUR_MS = 3_600_000;
/**
 * Dispatchers and workers learn of a change a moment after it was made. What came to them meanwhile is part of the replay;
 * what they did send is not sent twice, since the delivery of an event to a destination has always the same id.
 */
const LATE_MS = 60_000;

/** The held deliveries of a webhook. @param hours only of the last so many */
export function heldOf(
  { projectId, destinationId }: Pick<Selected, 'projectId' | 'destinationId'>,
  hours: number | undefined,
  now: Date,
): Selected {
  const from = hours === undefined ? null : new Date(now.getTime() - hours * HOUR_MS);
  const to = new Date(now.getTime() + LATE_MS);
  return { projectId, destinationId, selection: 'held', eventTypes: ALL_TYPES, error: null, from, to };
}

/** What a new webhook missed. */
export function pastOf(
  { projectId, destinationId }: Pick<Selected, 'projectId' | 'destinationId'>,
  from: Date,
  now: Date,
): Selected {
  const to = new Date(now.getTime() + LATE_MS);
  return { projectId, destinationId, selection: 'missing', eventTypes: ALL_TYPES, error: null, from, to };
}
