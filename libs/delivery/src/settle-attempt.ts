import type { Destination, RequestBatch } from '#events';
import type { ChannelTopics } from '#kafka';
import type { Sent } from './channel.ts';
import { decideNext, type Next } from './decide-next.ts';
import type { Step } from './delivery-books.ts';
import type { Job, Lane } from './lane.ts';
import { toNews, withFailure, type NewsRecord } from './news.ts';
import { afterDropped } from './pipeline-records.ts';

/** A request that was made, for one delivery or for several. */
export interface Attempted {
  jobs: readonly Job[];
  destination: Destination;
  lane: Lane;
  /** Consecutive failures of the lane before it. */
  failuresBefore: number;
  sent: Sent;
  batch: RequestBatch | null;
}

/** What decides what follows. */
export interface Rules {
  topics: ChannelTopics;
  /** Consecutive failures that disable the destination. */
  pauseFailures: number;
  nowMs: number;
}

/**
 * What follows from a request, a step for each of its deliveries. What it means for the lane, which has settled it by
 * now, is in the first: a request counts once, whatever it carried.
 */
export function settleAttempt(attempted: Attempted, rules: Rules): Step[] {
  const { jobs, sent, lane, batch, failuresBefore } = attempted;
  const isBack = lane.isComingBack;
  const moves = jobs.map((job) => {
    const delivery = sent.dropped === null ? job.delivery : afterDropped(job.delivery);
    return { job, delivery, next: decideNext(sent.outcome, delivery, rules.topics, rules.nowMs) };
  });
  const isDisabling = disableIfDue(lane, moves[0]?.next, rules.pauseFailures);
  lane.lastFailures = withFailure(lane.lastFailures, sent);
  if (sent.outcome.kind === 'delivered') lane.isComingBack = false;
  return moves.map((move, index) => {
    const isFirst = index === 0;
    const news = newsOf(move, attempted, { isFirst, isBack, isDisabling, nowMs: rules.nowMs });
    const isChanged = lane.health.consecutiveFailures !== failuresBefore || isDisabling;
    return {
      ...{ ...move, sent, lane, isDisabling, news, batch },
      hasMoved: isFirst && (isChanged || news.length > 0),
    };
  });
}

function disableIfDue(lane: Lane, next: Next | undefined, pauseFailures: number): boolean {
  if (lane.disabledReason !== null) return false;
  if (next?.kind === 'dead' && next.reason === 'gone') lane.disabledReason = 'gone';
  else if (lane.health.consecutiveFailures >= pauseFailures) lane.disabledReason = 'consecutive_failures';
  return lane.disabledReason !== null;
}

interface Circumstances {
  isFirst: boolean;
  isBack: boolean;
  isDisabling: boolean;
  nowMs: number;
}

/** Of the destination it is told with the first delivery alone; of the deliveries that end for good, with each. */
function newsOf(
  { delivery, next }: Pick<Step, 'delivery' | 'next'>,
  { destination, sent, lane, failuresBefore }: Attempted,
  { isFirst, isBack, isDisabling, nowMs }: Circumstances,
): NewsRecord[] {
  const turn = { delivery, destination, sent, next, lastAttempts: lane.lastFailures, nowMs };
  const nothingElse = { failuresBefore: 0, failuresAfter: 0, isComingBack: false, disabledReason: null };
  if (!isFirst) return toNews({ ...turn, ...nothingElse });
  return toNews({
    ...turn,
    failuresBefore,
    failuresAfter: lane.health.consecutiveFailures,
    isComingBack: isBack,
    disabledReason: isDisabling ? lane.disabledReason : null,
  });
}
