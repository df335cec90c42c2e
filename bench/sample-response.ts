import { v7 as uuidv7 } from 'uuid';
import type { CesResponseCreated } from '#events';

const SURVEYS = 50;
const PAGES = ['/checkout', '/basket', '/search', '/account', '/thanks'];
const SUBMITTED_AT = Date.parse('2026-01-01T00:00:00.000Z');
const EVERY_MS = 60_000;

/** An answer with one experiment, a fifth of them with a comment. */
export function sampleResponse(
  number: number,
  owner: Pick<CesResponseCreated, 'tenantId' | 'projectId'>,
): CesResponseCreated {
  const submittedAt = SUBMITTED_AT + number * EVERY_MS;
  return {
    id: uuidv7(),
    ...owner,
    createdAt: submittedAt,
    data: {
      surveyId: `survey-${number % SURVEYS}`,
      responseId: `response-${number}`,
      score: 1 + (number % 7),
      scaleMin: 1,
      scaleMax: 7,
      comment: number % 5 === 0 ? 'Paying took me longer than finding what I wanted' : null,
      anonymousId: `5f3c1f0e-6c1d-4f0a-9f57-${String(number % 100_000).padStart(12, '0')}`,
      url: `https://shop.example.com${PAGES[number % PAGES.length]}?from=newsletter`,
      submittedAt,
      assignments: [{ experimentKey: 'checkout-button', variantKey: number % 2 === 0 ? 'green' : 'blue' }],
    },
  };
}
