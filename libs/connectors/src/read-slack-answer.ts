import { toOutcome, type Outcome } from '#delivery';
import type { EgressResponse, EgressResult } from '#egress';

/** The answer of Slack: an outcome, and the name that Slack gives an error. */
export interface SlackAnswer {
  outcome: Outcome;
  errorClass: string | null;
}

/** Errors that speak of the message: the same one would be refused again. */
const ABOUT_THE_MESSAGE = new Set([
  'invalid_payload',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_attachments',
  'msg_too_long',
  'msg_blocks_too_long',
  'no_text',
  'too_many_attachments',
]);

/** Reads what Slack answered: incoming webhooks by status and a word, the Web API by `ok` and `error` in JSON. */
export function readSlackAnswer(result: EgressResult, nowMs: number): SlackAnswer {
  const outcome = toOutcome(result, nowMs);
  if (result.kind === 'failure') return { outcome, errorClass: result.reason };
  const error = errorOf(result);
  if (error === null && outcome.kind === 'delivered') return { outcome, errorClass: null };
  const { status } = result;
  const retryAfterMs = outcome.kind === 'rejected' ? outcome.retryAfterMs : undefined;
  const isFinal = error !== null && ABOUT_THE_MESSAGE.has(error);
  return { outcome: { kind: 'rejected', status, retryAfterMs, isFinal }, errorClass: error };
}

function errorOf({ status, headers, body }: EgressResponse): string | null {
  const text = body.toString('utf8');
  if (/json/.test(headers['content-type'] ?? '')) return errorInJson(text);
  if (status >= 200 && status < 300) return null;
  return isErrorName(text.trim()) ? text.trim() : null;
}

function errorInJson(text: string): string | null {
  try {
    const { ok, error } = JSON.parse(text) as { ok?: unknown; error?: unknown };
    if (ok === true) return null;
    return typeof error === 'string' && isErrorName(error) ? error : 'unknown_answer';
  } catch {
    return 'unknown_answer';
  }
}

const isErrorName = (text: string) => /^[a-z_]{1,60}$/.test(text);
