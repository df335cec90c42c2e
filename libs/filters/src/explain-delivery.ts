import { matchesEventType } from '#events';
import { explainFilter, type Clause } from './explain-filter.ts';
import { eventOfBody } from './filtered-event.ts';

/** Every answer to why an event was delivered to a destination, or not. */
export const DELIVERY_ANSWERS = [
  'delivered',
  'failed',
  'egress_refused',
  'retrying',
  'waiting',
  'held',
  'disabled',
  'cancelled',
  'type_not_selected',
  'filter_false',
  'filter_failed',
  'created_later',
  'deleted_before',
  'about_itself',
  'made_for_another',
  'not_dispatched',
] as const;

/** One of `DELIVERY_ANSWERS`. */
export type DeliveryAnswer = (typeof DELIVERY_ANSWERS)[number];

/** What is known of the event. */
export interface AcceptedEvent {
  type: string;
  acceptedAt: Date;
  body: Buffer;
  isMadeForOne: boolean;
}

/** What is known of a destination: what was in force when the event was accepted, and the delivery, if there is one. */
export interface Circumstances {
  id: string;
  knownSince: Date;
  deletedAt: Date | null;
  inForce: {
    eventTypes: readonly string[];
    filter: string | null;
    enabled: boolean;
    disabledReason: string | null;
  } | null;
  delivery: {
    status: 'pending' | 'retrying' | 'success' | 'failed' | 'held' | 'cancelled';
    attempts: number;
    nextAttemptAt: Date | null;
    lastStatus: number | null;
    lastError: string | null;
    reason: string | null;
  } | null;
}

/** Why an event was delivered, or not. */
export interface DeliveryExplanation {
  answer: DeliveryAnswer;
  /** The answer in words. */
  sentence: string;
  /** The clauses of the filter that decided, with the values they saw; null unless the filter decided. */
  clauses: Clause[] | null;
}

/** Why an event was delivered to a destination, or not, by what was in force when it was accepted. */
export function explainDelivery(event: AcceptedEvent, circumstances: Circumstances): DeliveryExplanation {
  const { delivery } = circumstances;
  return delivery === null ? explainAbsence(event, circumstances) : explainState(delivery, circumstances);
}

const say = (answer: DeliveryAnswer, sentence: string): DeliveryExplanation => ({
  answer,
  sentence,
  clauses: null,
});

function explainState(
  delivery: NonNullable<Circumstances['delivery']>,
  { inForce }: Circumstances,
): DeliveryExplanation {
  const { status, attempts, reason } = delivery;
  const tries = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  switch (status) {
    case 'success':
      return say('delivered', `It was delivered, after ${tries}.`);
    case 'failed':
      return delivery.lastError === 'blocked'
        ? refused(false)
        : say('failed', `It failed: ${tries}, the last of which met ${metBy(delivery)}.`);
    case 'retrying':
      return delivery.lastError === 'blocked' ? refused(true) : say('retrying', sayRetry(delivery, tries));
    case 'pending':
      return say('waiting', 'It waits for its first attempt.');
    case 'held':
      return inForce?.enabled === false
        ? say(
            'disabled',
            `The destination was disabled when the event came (${inForce.disabledReason ?? 'no reason given'}): the event is held.`,
          )
        : say(
            'held',
            `The destination was disabled before the event could be delivered (${reason ?? 'no reason given'}): the event is held.`,
          );
    case 'cancelled':
      return say('cancelled', `It was cancelled: ${reason ?? 'no reason given'}.`);
  }
}

function refused(isTriedAgain: boolean): DeliveryExplanation {
  const what = 'The address that the URL leads to is not one that the hub may send to';
  return say(
    'egress_refused',
    `${what}${isTriedAgain ? '; it is looked up again at the next attempt' : ''}.`,
  );
}

function sayRetry(delivery: NonNullable<Circumstances['delivery']>, tries: string): string {
  const next = delivery.nextAttemptAt?.toISOString();
  const when = next === undefined ? 'it is tried again at once' : `it is tried again at ${next}`;
  return `${tries} so far, the last of which met ${metBy(delivery)}; ${when}.`;
}

function metBy({ lastStatus, lastError }: NonNullable<Circumstances['delivery']>): string {
  if (lastError !== null) return lastError;
  return lastStatus === null ? 'no answer' : `status ${lastStatus}`;
}

function explainAbsence(event: AcceptedEvent, circumstances: Circumstances): DeliveryExplanation {
  const { inForce, knownSince, deletedAt } = circumstances;
  if (event.isMadeForOne)
    return say(
      'made_for_another',
      'The event is a test, or a copy by a replay: it was made for another destination alone.',
    );
  if (inForce === null) {
    if (deletedAt !== null && deletedAt <= event.acceptedAt)
      return say('deleted_before', `The destination was deleted before, at ${deletedAt.toISOString()}.`);
    return say('created_later', `The destination was created later, at ${knownSince.toISOString()}.`);
  }
  return explainRouting(event, circumstances.id, inForce);
}

function explainRouting(
  event: AcceptedEvent,
  destinationId: string,
  { eventTypes, filter }: NonNullable<Circumstances['inForce']>,
): DeliveryExplanation {
  if (!matchesEventType(eventTypes, event.type)) {
    const taken = eventTypes.join(', ');
    return say('type_not_selected', `The destination took ${taken} at that time, and not ${event.type}.`);
  }
  const { data } = eventOfBody(event.body);
  if ('destinationId' in data && data.destinationId === destinationId)
    return say('about_itself', 'The event is news of this very destination, which is told to others alone.');
  const { isMatch, problem, clauses } =
    filter === null
      ? { isMatch: true, problem: null, clauses: [] }
      : explainFilter(filter, eventOfBody(event.body));
  if (isMatch)
    return say(
      'not_dispatched',
      'It should be delivered, and is not known to be on its way yet: ask again in a moment.',
    );
  return problem === null
    ? { answer: 'filter_false', sentence: 'The filter that was in force was false.', clauses }
    : {
        answer: 'filter_failed',
        sentence: `The filter that was in force had no answer: ${problem}.`,
        clauses,
      };
}
