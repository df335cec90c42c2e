import type { AttemptRow } from './delivery.store.ts';
import { explainOutcome } from './explain-outcome.ts';
import { showBody } from './show-body.ts';

/** An attempt as the API answers with it. */
export function showAttempt({ responseBody, isResponseTruncated, ...attempt }: AttemptRow) {
  return {
    ...attempt,
    error: explainOutcome(attempt),
    responseBody: showBody(responseBody, isResponseTruncated),
  };
}
