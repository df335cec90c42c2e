import type { Outcome } from '#delivery';
import type { MailResult } from '#mail';

/** How a message to one recipient ended; `unanswered` may have arrived. */
export type MailEnd = MailResult | { kind: 'unanswered' };

/** How the message to each recipient of a delivery ended, over all its attempts so far. */
export type Round = ReadonlyMap<string, MailEnd>;

/** Whether a recipient needs no further attempt: has the message, or never will. */
export function isSettled(end: MailEnd | undefined): boolean {
  return end?.kind === 'accepted' || (end?.kind === 'rejected' && end.isPermanent);
}

/**
 * The outcome of an attempt: delivered once nobody is left to be tried who may still get it, and somebody got it. A
 * server that is away, silent or not set up is our own fault, and one that puts a message off asks for patience: both
 * count against no destination.
 */
export function toMailOutcome(round: Round): {
  outcome: Outcome;
  status: number | null;
  errorClass: string | null;
} {
  const ends = [...round.values()];
  const open = ends.filter((end) => !isSettled(end));
  const rejected = (open.length > 0 ? open : ends).find((end) => end.kind === 'rejected');
  if (open.length > 0) {
    if (rejected !== undefined) return toRejected(rejected.status, { isPutOff: true }, 'mail_deferred');
    const isUnanswered = open.some(({ kind }) => kind === 'unanswered');
    return ourFault(isUnanswered ? 'mail_unanswered' : 'smtp_unavailable', isUnanswered);
  }
  if (ends.some(({ kind }) => kind === 'accepted'))
    return { outcome: { kind: 'delivered', status: 250 }, status: 250, errorClass: null };
  return toRejected(rejected?.status ?? 550, { isFinal: true }, 'mail_refused');
}

/** Each recipient's answer on a line, for the delivery log. */
export function describeRound(round: Round): string {
  return [...round].map(([recipient, end]) => `${recipient}: ${sayEnd(end)}`).join('\n');
}

function ourFault(errorClass: string, wasSent: boolean) {
  const outcome = { kind: 'interrupted', isFault: true, wasSent } as const;
  return { outcome, status: null, errorClass };
}

function toRejected(status: number, why: { isFinal: true } | { isPutOff: true }, errorClass: string) {
  const outcome = { kind: 'rejected', status, retryAfterMs: undefined, ...why } as const;
  return { outcome, status, errorClass };
}

function sayEnd(end: MailEnd): string {
  switch (end.kind) {
    case 'accepted':
    case 'rejected':
      return end.response;
    case 'unreachable':
      return 'the mail server is away, or refuses this hub';
    case 'unanswered':
      return 'the mail server did not answer in time';
    case 'unconfigured':
      return 'no mail server is set up';
  }
}
