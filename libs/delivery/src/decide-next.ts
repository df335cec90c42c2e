import type { Delivery } from '#events';
import type { ChannelTopics } from '#kafka';
import type { Outcome } from './outcome.ts';

/** What happens to a delivery after an attempt. `dueAtMs` is Unix ms. */
export type Next =
  | { kind: 'done' }
  | { kind: 'retry'; topic: string; dueAtMs: number }
  | { kind: 'again'; topic: string }
  | { kind: 'dead'; topic: string; reason: 'exhausted' | 'gone' | 'refused' };

/** The parts of a delivery that the decision rests on. */
export type Tries = Pick<Delivery, 'attempt' | 'uncounted'>;

const GONE = 410;

/**
 * Decides after an attempt. A failed one waits for the next delay of the ladder, or for the first rung that covers
 * `Retry-After`, which is never exceeded; past the last rung, or refused for good, the delivery is dead. An interrupted one is sent again.
 */
export function decideNext(outcome: Outcome, tries: Tries, topics: ChannelTopics, nowMs: number): Next {
  switch (outcome.kind) {
    case 'delivered':
      return { kind: 'done' };
    case 'interrupted':
      return { kind: 'again', topic: topics.deferred };
    case 'unreachable':
      return retryOrDie(tries, topics, nowMs, 0);
    case 'rejected':
      if (outcome.status === GONE) return { kind: 'dead', topic: topics.dead, reason: 'gone' };
      if (outcome.isFinal === true) return { kind: 'dead', topic: topics.dead, reason: 'refused' };
      return retryOrDie(tries, topics, nowMs, outcome.retryAfterMs ?? 0);
  }
}

function retryOrDie(tries: Tries, topics: ChannelTopics, nowMs: number, atLeastMs: number): Next {
  const failed = tries.attempt - tries.uncounted;
  const rungs = topics.retries.slice(failed - 1);
  const rung = rungs.find(({ ms }) => ms >= atLeastMs) ?? rungs.at(-1);
  if (rung === undefined) return { kind: 'dead', topic: topics.dead, reason: 'exhausted' };
  return { kind: 'retry', topic: rung.topic, dueAtMs: nowMs + rung.ms };
}
