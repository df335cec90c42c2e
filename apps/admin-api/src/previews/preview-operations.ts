import type { ApiOperation } from '#service';
import { z } from 'zod';
import { filterPreview, transformationPreview } from './preview.request.ts';

const PROJECT = '/v1/projects/{projectId}';

const clause = z.object({
  expression: z.string().describe('A part of the filter between its `&&`, `||` and `!`.'),
  result: z.boolean().nullable().describe('Null when it has no answer.'),
  problem: z.string().nullable().describe('Why it has no answer.'),
  values: z.array(
    z.object({
      expression: z.string().describe('A part of the clause, such as `data.revenue`.'),
      isMissing: z.boolean(),
      value: z.unknown().describe('As JSON has it; cut when it is long.'),
    }),
  ),
});

const judgedEvent = z.object({
  id: z.uuid(),
  type: z.string(),
  acceptedAt: z.iso.datetime(),
  problem: z.string().nullable().describe('Why the filter has no answer, which counts as not matching.'),
  clauses: z.array(clause).describe('The clauses that decided it.'),
});

const answer = z.object({
  from: z.iso.datetime().describe('Events since then were looked at.'),
  isComplete: z
    .boolean()
    .describe(
      'False when there are more events than were looked at, of which the newest were: 10,000, or 2 s.',
    ),
  scanned: z.int().describe('How many events of the types were looked at.'),
  matched: z.int().describe('For how many of them the filter is true.'),
  failed: z.int().describe('For how many it has no answer; they do not match.'),
  matches: z.array(judgedEvent).describe('The newest five that match.'),
  nearMisses: z.array(judgedEvent).describe('Five that did not, by the fewest clauses.'),
});

const transformedEvent = z.object({
  id: z.uuid(),
  type: z.string(),
  acceptedAt: z.iso.datetime(),
  before: z.string().describe('The body as it is; cut when it is long.'),
  after: z.string().nullable().describe('The body that would be sent; null when there is none.'),
  problem: z.string().nullable().describe('Why there is none.'),
});

/** Routes that try on past events what a destination is to do. */
export const PREVIEW_OPERATIONS: readonly ApiOperation[] = [
  {
    method: 'post',
    path: `${PROJECT}/filter-previews`,
    id: 'previewFilter',
    tag: 'Previews',
    summary: 'Try a filter on past events: how many match, and why some just do not. Needs events:read too.',
    body: filterPreview,
    answer,
  },
  {
    method: 'post',
    path: `${PROJECT}/transformation-previews`,
    id: 'previewTransformation',
    tag: 'Previews',
    summary: 'Try a transformation on the newest five past events, side by side. Needs events:read too.',
    body: transformationPreview,
    answer: z.object({ items: z.array(transformedEvent) }),
  },
];
