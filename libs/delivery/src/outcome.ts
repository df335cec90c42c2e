import type { EgressResult } from '#egress';
import { parseRetryAfter } from './parse-retry-after.ts';

/** Why no status line came. */
export type UnreachableReason = 'dns' | 'connect' | 'tls' | 'timeout' | 'blocked' | 'reset' | 'protocol';

/**
 * How one attempt ended. `interrupted` is our own doing (a stop, a fault of our network or keys) and counts nowhere;
 * one that was not sent isn't even an attempt. What `isFinal` rejected would be rejected again: it is not tried again.
 * What `isPutOff` rejected was asked to come again later, as 429 asks over HTTP.
 */
export type Outcome =
  | { kind: 'delivered'; status: number }
  | {
      kind: 'rejected';
      status: number;
      retryAfterMs: number | undefined;
      isFinal?: boolean;
      isPutOff?: boolean;
    }
  | { kind: 'unreachable'; reason: UnreachableReason }
  | { kind: 'interrupted'; isFault: boolean; wasSent: boolean };

/** Reads the outcome off an exchange: the status line decides, whatever became of the body. */
export function toOutcome(result: EgressResult, nowMs: number): Outcome {
  if (result.kind === 'failure') {
    if (result.reason === 'interrupted' || result.isOurs)
      return { kind: 'interrupted', isFault: result.isOurs, wasSent: result.wasSent };
    return { kind: 'unreachable', reason: result.reason };
  }
  const { status, headers } = result;
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  return { kind: 'rejected', status, retryAfterMs: parseRetryAfter(headers['retry-after'], nowMs) };
}

/** Whether the outcome counts towards disabling the destination: not what the receiver asked for, nor what we did. */
export function countsAsFailure(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'delivered':
    case 'interrupted':
      return false;
    case 'rejected':
      return outcome.status !== 429 && outcome.isPutOff !== true;
    case 'unreachable':
      return true;
  }
}
