import type { Outcome } from '#delivery';
import type { MailResult } from '#mail';

/** How the message to each recipient of a delivery ended, over all its attempts so far. */
export type Round = ReadonlyMap<string, MailResult>;

// Answers to our own login or encryption: the operator can mend them, so the message is not at fault.
const ABOUT_THE_LOGIN = new Set([530, 534, 535, 538]);

/** Whether a recipient needs no further attempt: has the message, or never will. */
export function isSettled(result: MailResult | undefined): boolean {
  if (result?.kind === 'accepted') return true;
  return result?.kind === 'rejected' && isRefusedForGood(result);
}

/**
 * The outcome of an attempt: delivered once nobody is left to be tried who may still get it, and somebody got it. A
 * server that is away or not set up is our own fault, which counts against no destination.
 */
export function toMailOutcome(round: Round): {
  outcome: Outcome;
  status: number | null;
  errorClass: string | null;
} {
  const results = [...round.values()];
  const open = results.filter((result) => !isSettled(result));
  const rejected = (open.length > 0 ? open : results).find((result) => result.kind === 'rejected');
  if (open.length > 0) {
    if (rejected === undefined) return OUR_FAULT;
    return toRejected(rejected.status, false, 'mail_deferred');
  }
  if (results.some(({ kind }) => kind === 'accepted'))
    return { outcome: { kind: 'delivered', status: 250 }, status: 250, errorClass: null };
  return toRejected(rejected?.status ?? 550, true, 'mail_refused');
}

/** Each recipient's answer on a line, for the delivery log. */
export function describeRound(round: Round): string {
  return [...round].map(([recipient, result]) => `${recipient}: ${sayResult(result)}`).join('\n');
}

const OUR_FAULT = {
  outcome: { kind: 'interrupted', isFault: true, wasSent: false },
  status: null,
  errorClass: 'smtp_unavailable',
} as const;

function toRejected(status: number, isFinal: boolean, errorClass: string) {
  const outcome = { kind: 'rejected', status, retryAfterMs: undefined, isFinal } as const;
  return { outcome, status, errorClass };
}

function isRefusedForGood({ status, isPermanent }: { status: number; isPermanent: boolean }): boolean {
  return isPermanent && !ABOUT_THE_LOGIN.has(status);
}

function sayResult(result: MailResult): string {
  switch (result.kind) {
    case 'accepted':
    case 'rejected':
      return result.response;
    case 'unreachable':
      return 'the mail server could not be reached';
    case 'unconfigured':
      return 'no mail server is set up';
  }
}
