import type { BatchPolicy, Batching } from '#delivery';
import type { Delivery } from '#events';
import { readBody, textOf } from './read-body.ts';

/** So that what happens at once is one message from the start. */
const FIRST_WAIT_MS = 2_000;
/** As many as a lane may have waiting anyway; those beyond come with the next message. */
const MAX_EVENTS = 500;
const MAX_BYTES = 4 * 1_024 * 1_024;
/** What an event speaks of, by the field that names it. */
const SUBJECTS = ['experimentId', 'surveyId', 'flagId'] as const;

/** How bursts become one message: all that happens to an experiment, a survey or a flag in a window. @param windowMs 0 for never */
export function slackBurstPolicy(windowMs: number): Batching['policyOf'] {
  const policy: BatchPolicy = {
    minEvents: 2,
    maxEvents: MAX_EVENTS,
    maxBytes: MAX_BYTES,
    maxWaitMs: Math.min(FIRST_WAIT_MS, windowMs),
    spacingMs: windowMs,
    groupOf: createGroupOf(),
    sizeOf: ({ batch }) => batch?.size ?? Infinity,
  };
  return () => (windowMs === 0 ? undefined : policy);
}

/**
 * A message that failed is sent again as it was, and a single event as one, at once: people wait for a redelivery. Of each
 * delivery it is asked again and again while the others come.
 */
function createGroupOf(): BatchPolicy['groupOf'] {
  const known = new WeakMap<Delivery, string | null>();
  return (delivery) => {
    if (delivery.batch !== null) return delivery.batch.id;
    if (delivery.attempt > 1 || delivery.trigger === 'redelivery') return undefined;
    const group = known.get(delivery) ?? subjectOf(delivery);
    known.set(delivery, group);
    return group ?? undefined;
  };
}

/** Null where there is none: news of the hub, usage and billing go at once. */
function subjectOf({ body }: Delivery): string | null {
  const { data } = readBody(body);
  const name = SUBJECTS.find((field) => textOf(data, field) !== '');
  return name === undefined ? null : `${name} ${textOf(data, name)}`;
}
